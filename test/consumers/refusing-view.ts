import { TaarError } from '../../src/domain/errors.ts';
import type { Change, Entry, View } from '../../src/views/view.ts';

/** A real view that refuses writes as long as it is told to, as with a full disk. */
export class RefusingView implements View {
  refuses = false;
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  get(partition: number, key: string): Promise<Uint8Array | undefined> {
    return this.#view.get(partition, key);
  }

  getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#view.getMany(partition, keys);
  }

  async apply(partition: number, changes: readonly Change[], next: number): Promise<void> {
    if (this.refuses) throw new TaarError('view-write-failed', 'retry', 'the disk is full');
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
