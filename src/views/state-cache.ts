import type { SizedState } from './state-view.ts';

/** Decoded states that are kept may fill this much memory, and no more, however many clients ask. */
export const STATE_CACHE_BYTES = 16 * 2 ** 20;
/**
 * What a state takes as an object, for each byte that it takes as a record. Measured of profiles with no, six and
 * thirty add-ons: 1.1, 3.2 and 11.6 kB for 0.16, 0.89 and 3.9 kB; this and the next are a little above.
 */
const OBJECT_BYTES_PER_ENCODED_BYTE = 4;
/** What an entry takes besides: the object itself, its key and its place in the table. */
const ENTRY_BYTES = 1_200;

interface Entry<S> {
  readonly state: S;
  readonly bytes: number;
}

/** The states that were read last, up to a number of bytes. Whoever changes one must have it removed. */
export class StateCache<S> {
  readonly #maxBytes: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry<S>>();
  #bytes = 0;

  constructor(maxBytes = STATE_CACHE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Estimated bytes of all that is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): S | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.state;
  }

  /** Keeps a state, and drops those that were not used for longest to make room. One that is too large is not kept. */
  put(key: string, { state, encodedBytes }: SizedState<S>): void {
    this.remove(key);
    const bytes = ENTRY_BYTES + OBJECT_BYTES_PER_ENCODED_BYTE * encodedBytes;
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { state, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.remove(oldest);
    }
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}
