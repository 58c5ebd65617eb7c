import type { Offset } from '../log/event-log.ts';
import type { Change, Entry, SnapshotView, ViewSnapshot } from './view.ts';

/** What is told of every write to a view, right after it: the keys, or undefined where it may be any. */
export type ChangeListener = (keys: readonly string[] | undefined) => void;

/**
 * A view that tells of its changes, whoever writes them: a follower, the owner of a partition, or what fills it anew.
 * Only for a view that nobody else writes to.
 */
export class WatchedView implements SnapshotView {
  readonly #inner: SnapshotView;
  readonly #listeners: ChangeListener[] = [];

  constructor(inner: SnapshotView) {
    this.#inner = inner;
  }

  /** Listeners must not throw, and be quick: the writer waits for them. */
  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  get(partition: number, key: string): Promise<Uint8Array | undefined> {
    return this.#inner.get(partition, key);
  }

  getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#inner.getMany(partition, keys);
  }

  async apply(partition: number, changes: readonly Change[], next: Offset): Promise<void> {
    try {
      await this.#inner.apply(partition, changes, next);
    } finally {
      // After a failure, too: some of it may have been written.
      this.#tell(changes.map(({ key }) => key));
    }
  }

  position(partition: number): Promise<Offset> {
    return this.#inner.position(partition);
  }

  async forget(partition: number): Promise<void> {
    try {
      await this.#inner.forget?.(partition);
    } finally {
      this.#tell(undefined);
    }
  }

  range(partition: number, fromKey: string, limit: number): Promise<readonly Entry[]> {
    return this.#inner.range(partition, fromKey, limit);
  }

  snapshot(): Promise<ViewSnapshot> {
    return this.#inner.snapshot();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #tell(keys: readonly string[] | undefined): void {
    for (const listener of this.#listeners) listener(keys);
  }
}
