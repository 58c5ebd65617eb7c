import { randomBytes } from 'node:crypto';
import type { Brand } from '../../domain/brand.ts';
import type { ClientKey } from '../../domain/client-key.ts';
import { DAY_MS, type Day, dayOf, type EpochMs } from '../../domain/clock.ts';
import { KeyedHash } from '../../domain/keyed-hash.ts';
import { type RandomBytes, randomReserve } from '../../domain/random-reserve.ts';

/** What an answer's record calls its client: base64url, the same for all answers of one process and UTC day. */
export type Pseudonym = Brand<string, 'Pseudonym'>;

/** Two clients of one day must not share one by chance: 96 bits. A multiple of three, so base64url has no rest. */
export const PSEUDONYM_BYTES = 12;
/** So many characters of base64url. */
const PSEUDONYM_CHARACTERS = (PSEUDONYM_BYTES / 3) * 4;
const DAY_KEY_BYTES = 32;

/**
 * Makes pseudonyms with a random key that only this object has, in memory, and forgets at the end of the UTC day:
 * then nobody can say any more whose they were, or that two of different days are of one client.
 */
export class DailyPseudonyms {
  readonly #random: RandomBytes;
  readonly #fresh: RandomBytes;
  #day: Day | undefined;
  #hash: KeyedHash | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor(random: RandomBytes = randomBytes) {
    this.#random = random;
    this.#fresh = randomReserve(random);
  }

  /** The pseudonym of a client at a moment that is now; a fresh one, used once, where the client has no key. */
  of(client: ClientKey | undefined, now: EpochMs): Pseudonym {
    if (client === undefined) return this.#fresh(PSEUDONYM_BYTES).toString('base64url') as Pseudonym;
    return this.#hashOf(now).of(client, 'base64url').slice(0, PSEUDONYM_CHARACTERS) as Pseudonym;
  }

  /** Forgets the key before the day ends. */
  forget(): void {
    clearTimeout(this.#ending);
    this.#hash?.forget();
    this.#hash = undefined;
    this.#day = undefined;
  }

  #hashOf(now: EpochMs): KeyedHash {
    const day = dayOf(now);
    if (this.#hash !== undefined && this.#day === day) return this.#hash;
    this.forget();
    this.#day = day;
    const key = this.#random(DAY_KEY_BYTES);
    this.#hash = new KeyedHash(key);
    key.fill(0);
    // A node that nobody asks after midnight must forget, too.
    this.#ending = setTimeout(() => this.forget(), (day + 1) * DAY_MS - now).unref();
    return this.#hash;
  }
}
