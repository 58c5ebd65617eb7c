import type { StateCache } from './state-cache.ts';
import type { SizedState } from './state-view.ts';

/** Where states are read one by one. */
export interface StateSource<S> {
  getSized(key: string): Promise<SizedState<S> | undefined>;
}

/** A read that runs. */
interface Read<S> {
  readonly key: string;
  readonly state: Promise<S | undefined>;
}

/**
 * Reads of states in which those of one key that run at the same time are one. With a cache, what was read is kept
 * until it changes: give one only where `changed` is told of every change.
 */
export class SharedReads<S> {
  readonly #source: StateSource<S>;
  readonly #cache: StateCache<S> | undefined;
  /**
   * Few, in no order. A map would be quicker with many, but one that entries come into and leave all the time leaves
   * tables behind that keep states alive until the whole heap is collected.
   */
  readonly #underWay: Read<S>[] = [];

  constructor(source: StateSource<S>, cache: StateCache<S> | undefined) {
    this.#source = source;
    this.#cache = cache;
  }

  /** @throws what the source throws */
  get(key: string): Promise<S | undefined> {
    const kept = this.#cache?.get(key);
    if (kept !== undefined) return Promise.resolve(kept);
    const running = this.#underWay.find((read) => read.key === key);
    if (running !== undefined) return running.state;
    const read: Read<S> = {
      key,
      state: this.#source.getSized(key).then(
        (found) => this.#ended(read, found),
        (error: unknown) => {
          this.#ended(read, undefined);
          throw error;
        },
      ),
    };
    this.#underWay.push(read);
    return read.state;
  }

  /** Forgets keys that have changed, all where they are not named. A read that began before is shared no more. */
  changed(keys: readonly string[] | undefined): void {
    if (keys === undefined) {
      this.#cache?.clear();
      this.#underWay.length = 0;
      return;
    }
    for (const key of keys) {
      this.#cache?.remove(key);
      this.#leave(this.#underWay.findIndex((read) => read.key === key));
    }
  }

  #ended(read: Read<S>, found: SizedState<S> | undefined): S | undefined {
    const at = this.#underWay.indexOf(read);
    // Where it is not there any more the key has changed meanwhile, and what was read may be what it was before.
    if (at !== -1) {
      this.#leave(at);
      if (found !== undefined) this.#cache?.put(read.key, found);
    }
    return found?.state;
  }

  #leave(at: number): void {
    const last = at === -1 ? undefined : this.#underWay.pop();
    if (last !== undefined && at < this.#underWay.length) this.#underWay[at] = last;
  }
}
