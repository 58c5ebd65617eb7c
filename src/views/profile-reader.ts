import type { ClientKey } from '../domain/client-key.ts';
import type { Profile } from '../domain/profile.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { StateView } from './state-view.ts';
import type { View } from './view.ts';

/** A profile and the key that it is kept under, which is not the key asked for where that is an alias. */
export interface FoundProfile {
  readonly key: ClientKey;
  readonly profile: Profile;
}

/** Finds the profile of a browser by any of its keys. */
export class ProfileReader {
  readonly #profiles: StateView<'addons.Profile'>;

  /** `view` is a view of `addons.profile.changed.v1`. */
  constructor(view: Pick<View, 'get' | 'getMany'>, codec: RecordCodec) {
    this.#profiles = new StateView({
      view,
      codec,
      topic: 'addons.profile.changed.v1',
      type: 'addons.Profile',
    });
  }

  /**
   * The row of a key or, where that row is an alias, the canonical one. One step only: a canonical row is never an
   * alias, and rows that named each other must not be able to hold a request in a circle.
   */
  async read(key: ClientKey): Promise<FoundProfile | undefined> {
    const profile = await this.#profiles.get(key);
    if (profile?.kind !== 'alias') return found(key, profile);
    return found(profile.canonical, await this.#profiles.get(profile.canonical));
  }
}

function found(key: ClientKey, profile: Profile | undefined): FoundProfile | undefined {
  return profile === undefined ? undefined : { key, profile };
}
