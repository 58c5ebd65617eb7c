import type { Offset } from '../log/event-log.ts';
import type { ViewPositions } from '../views/view.ts';

/** Going through more keys would hold up requests; with this many changed, training is due whatever the population. */
export const CHANGED_KEYS_LIMIT = 50_000;

/** Which keys have changed since the offsets that a model was trained from. */
export class ChangedKeys {
  /** By partition: the last offset of each changed key. */
  readonly #offsets = new Map<number, Map<string, Offset>>();
  #count = 0;
  #since: ViewPositions = new Map();

  get count(): number {
    return this.#count;
  }

  note(partition: number, key: string, offset: Offset): void {
    if (offset < (this.#since.get(partition) ?? 0)) return;
    const keys = this.#offsets.get(partition) ?? new Map<string, Offset>();
    if (!keys.has(key)) {
      if (this.#count >= CHANGED_KEYS_LIMIT) return;
      this.#count++;
    }
    keys.set(key, offset);
    this.#offsets.set(partition, keys);
  }

  /** A model was trained from these offsets: what stands before them is no change any more. */
  startFrom(positions: ViewPositions): void {
    this.#since = positions;
    for (const [partition, keys] of this.#offsets) {
      const since = positions.get(partition) ?? 0;
      for (const [key, offset] of keys) {
        if (offset >= since) continue;
        keys.delete(key);
        this.#count--;
      }
    }
  }
}
