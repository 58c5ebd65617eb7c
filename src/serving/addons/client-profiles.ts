import { type ClientKey, type ClientKeys, parseSha256Hex } from '../../domain/client-key.ts';
import type { Clock } from '../../domain/clock.ts';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { isCurrent, type OpenProfile, type Profile } from '../../domain/profile.ts';
import type { Logger } from '../../ops/logging.ts';
import { SharedDeadline } from '../shared-deadline.ts';

/** Where profiles are read; an alias leads to the profile of its canonical key. */
export interface ProfileSource {
  read(key: ClientKey): Promise<{ readonly profile: Profile } | undefined>;
}

/** What is known of a client; `failed` says why nobody can tell. */
export type ClientProfile =
  | { readonly kind: 'known'; readonly profile: OpenProfile }
  | { readonly kind: 'no-client' }
  | { readonly kind: 'failed'; readonly why: 'profile-busy' | 'profile-late' | 'profile-unreadable' };

/**
 * A read of the view takes well under a millisecond, of Bigtable some; an answer has 100 ms in all, and must have time
 * left to be made without the profile.
 */
export const PROFILE_DEADLINE_MS = 50;
/** Reads that a hanging store never answers must not fill memory: beyond these the answer is a fallback at once. */
export const MAX_READS_UNDER_WAY = 1_000;

export interface ClientProfileDependencies {
  readonly profiles: ProfileSource;
  readonly clientKeys: ClientKeys;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlineMs?: number;
}

/** Reads a client's profile by the hash that callers know, and never throws for the store's failures. */
export class ClientProfileReader {
  readonly #deps: ClientProfileDependencies;
  readonly #deadline: SharedDeadline;
  readonly #late: () => never;
  #underWay = 0;
  #failing = false;

  constructor(deps: ClientProfileDependencies) {
    this.#deps = deps;
    const deadlineMs = deps.deadlineMs ?? PROFILE_DEADLINE_MS;
    this.#deadline = new SharedDeadline(deadlineMs);
    this.#late = () => {
      throw late(deadlineMs);
    };
  }

  /** `hash` is a sha256hex as a URL has it; what is none, or is closed or too long unseen, is no client. */
  async read(hash: string): Promise<ClientProfile> {
    const sha = parseSha256Hex(hash);
    if (sha === undefined) return { kind: 'no-client' };
    if (this.#underWay >= MAX_READS_UNDER_WAY) return { kind: 'failed', why: 'profile-busy' };
    try {
      const found = await this.#deadline.within(this.#readCounted(this.#deps.clientKeys.of(sha)), this.#late);
      this.#failing = false;
      return this.#shown(found?.profile);
    } catch (error) {
      this.#warn(error);
      const late = error instanceof TaarError && error.code === LATE;
      return { kind: 'failed', why: late ? 'profile-late' : 'profile-unreadable' };
    }
  }

  #shown(profile: Profile | undefined): ClientProfile {
    if (profile?.kind !== 'open' || !isCurrent(profile, this.#deps.clock())) return { kind: 'no-client' };
    return { kind: 'known', profile };
  }

  /** Counts a read until the store answers, however late: that is what fills memory. */
  async #readCounted(key: ClientKey): ReturnType<ProfileSource['read']> {
    this.#underWay += 1;
    try {
      return await this.#deps.profiles.read(key);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Once for each time that reading begins to fail; each failure is in the metrics. */
  #warn(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#deps.logger.warn({ error: messageOf(error) }, 'profiles cannot be read; answering without them');
  }
}

const LATE = 'profile-late';

function late(deadlineMs: number): TaarError {
  return new TaarError(
    LATE,
    'retry',
    `the profile view did not answer in ${deadlineMs} ms; is its disk slow?`,
  );
}
