import { setTimeout } from 'node:timers/promises';
import type { Change, Entry, View } from '../../src/views/view.ts';

/** A real view on a slow disk; counts what happens to it. */
export class SlowView implements View {
  writes = 0;
  /** The most reads of many keys that were under way at once. */
  mostReads = 0;
  readonly #view: View;
  readonly #delayMs: number;
  #reads = 0;

  constructor(view: View, delayMs: number) {
    this.#view = view;
    this.#delayMs = delayMs;
  }

  get(partition: number, key: string): Promise<Uint8Array | undefined> {
    return this.#view.get(partition, key);
  }

  async getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.#reads += 1;
    this.mostReads = Math.max(this.mostReads, this.#reads);
    await setTimeout(this.#delayMs);
    this.#reads -= 1;
    return this.#view.getMany(partition, keys);
  }

  async apply(partition: number, changes: readonly Change[], next: number): Promise<void> {
    await setTimeout(this.#delayMs);
    this.writes += 1;
    await this.#view.apply(partition, changes, next);
  }

  position(partition: number): Promise<number> {
    return this.#view.position(partition);
  }

  range(partition: number, fromKey: string, limit: number): Promise<readonly Entry[]> {
    return this.#view.range(partition, fromKey, limit);
  }

  close(): Promise<void> {
    return this.#view.close();
  }
}
