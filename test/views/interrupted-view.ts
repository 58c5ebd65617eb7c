import { TaarError } from '../../src/domain/errors.ts';
import type { Change, View } from '../../src/views/view.ts';

/** A view whose writes fail while `failure` is set; else the view that it stands before. */
export class InterruptedView implements View {
  failure: Error | undefined;
  /** How often a write failed. */
  failures = 0;
  /** The end of every write that succeeded. */
  readonly writes: number[] = [];
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
    if (this.failure !== undefined) {
      this.failures += 1;
      throw this.failure;
    }
    await this.#view.apply(partition, changes, next);
    this.writes.push(next);
  }

  position(partition: number): Promise<number> {
    return this.#view.position(partition);
  }

  range(partition: number, fromKey: string, limit: number): ReturnType<View['range']> {
    return this.#view.range(partition, fromKey, limit);
  }

  close(): Promise<void> {
    return this.#view.close();
  }
}

/** What a view says when its disk is full for the moment. */
export function passingFailure(): TaarError {
  return new TaarError('view-write-failed', 'retry', 'a write failed');
}

/** What a view says when it can not be used any more. */
export function lastingFailure(): TaarError {
  return new TaarError('view-damaged', 'halt', 'the view is damaged');
}
