import type { ClientKey } from '../domain/client-key.ts';
import type { Profile } from '../domain/profile.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { SharedReads } from './shared-reads.ts';
import { StateCache } from './state-cache.ts';
import { StateView } from './state-view.ts';
import type { View } from './view.ts';
import type { WatchedView } from './watched-view.ts';

/** A profile and the key that it is kept under, which is not the key asked for where that is an alias. */
export interface FoundProfile {
  readonly key: ClientKey;
  readonly profile: Profile;
}

/** Finds the profile of a browser by any of its keys; reads of a row that run at the same time are one. */
export class ProfileReader {
  readonly #rows: SharedReads<Profile>;

  /** `view` is a view of `addons.profile.changed.v1`; its every change is told to `forget` where there is a cache. */
  constructor(view: Pick<View, 'get' | 'getMany'>, codec: RecordCodec, cache?: StateCache<Profile>) {
    const topic = 'addons.profile.changed.v1';
    this.#rows = new SharedReads(new StateView({ view, codec, topic, type: 'addons.Profile' }), cache);
  }

  /**
   * A reader that keeps the rows that are asked for most, of a view that only this process writes to. Each is kept
   * under its own key, also one that an alias led to: its change is seen by whatever key it is asked for.
   */
  static caching(view: WatchedView, codec: RecordCodec, maxBytes?: number): ProfileReader {
    const reader = new ProfileReader(view, codec, new StateCache(maxBytes));
    view.onChange((keys) => reader.forget(keys));
    return reader;
  }

  /** Reads rows that have changed anew, all where they are not named. */
  forget(keys: readonly string[] | undefined): void {
    this.#rows.changed(keys);
  }

  /**
   * The row of a key or, where that row is an alias, the canonical one. One step only: a canonical row is never an
   * alias, and rows that named each other must not be able to hold a request in a circle.
   */
  async read(key: ClientKey): Promise<FoundProfile | undefined> {
    const profile = await this.#rows.get(key);
    if (profile?.kind !== 'alias') return found(key, profile);
    return found(profile.canonical, await this.#rows.get(profile.canonical));
  }
}

function found(key: ClientKey, profile: Profile | undefined): FoundProfile | undefined {
  return profile === undefined ? undefined : { key, profile };
}
