import type { StateCache } from './state-cache.ts';
import type { SizedState } from './state-view.ts';

/** Where states are read one by one. */
export interface StateSource<S> {
  getSized(key: string): Promise<SizedState<S> | undefined>;
}

/**
 * Reads of states in which those of one key that run at the same time are one. With a cache, what was read is kept
 * until it changes: give one only where `changed` is told of every change.
 */
export class SharedReads<S> {
  readonly #source: StateSource<S>;
  readonly #cache: StateCache<S> | undefined;
  readonly #underWay = new Map<string, Promise<S | undefined>>();

  constructor(source: StateSource<S>, cache: StateCache<S> | undefined) {
    this.#source = source;
    this.#cache = cache;
  }

  /** @throws what the source throws */
  get(key: string): Promise<S | undefined> {
    const kept = this.#cache?.get(key);
    if (kept !== undefined) return Promise.resolve(kept);
    const running = this.#underWay.get(key);
    if (running !== undefined) return running;
    const read: Promise<S | undefined> = this.#source.getSized(key).then(
      (found) => this.#ended(key, read, found),
      (error: unknown) => {
        this.#ended(key, read, undefined);
        throw error;
      },
    );
    this.#underWay.set(key, read);
    return read;
  }

  /** Forgets keys that have changed, all where they are not named. A read that began before is shared no more. */
  changed(keys: readonly string[] | undefined): void {
    if (keys === undefined) {
      this.#cache?.clear();
      this.#underWay.clear();
      return;
    }
    for (const key of keys) {
      this.#cache?.remove(key);
      this.#underWay.delete(key);
    }
  }

  #ended(key: string, read: Promise<S | undefined>, found: SizedState<S> | undefined): S | undefined {
    // Where it is not there any more the key has changed meanwhile, and what was read may be what it was before.
    if (this.#underWay.get(key) === read) {
      this.#underWay.delete(key);
      if (found !== undefined) this.#cache?.put(key, found);
    }
    return found?.state;
  }
}
