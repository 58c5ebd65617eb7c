import { dispositionOf } from '../../domain/errors.ts';
import type { Offset } from '../../log/event-log.ts';
import type { RowMutation } from './table-connection.ts';
import { positionMutation } from './table-layout.ts';

/** How long a position may be known here only. A small request costs nearly as much as one with 200 rows. */
const SAVE_AFTER_MS = 100;

/**
 * The positions that one process has reached in a table. They are saved along with the next rows, or a little later
 * by themselves; until then another process, or this one after a crash, finds an earlier one, and applies changes
 * again that are there already.
 */
export class Positions {
  readonly #send: (mutations: readonly RowMutation[]) => Promise<void>;
  readonly #reached = new Map<number, Offset>();
  readonly #unsaved = new Map<number, Offset>();
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (mutations: readonly RowMutation[]) => Promise<void>) {
    this.#send = send;
  }

  /** The furthest position that this process knows of; undefined where it knows of none. */
  reached(partition: number): Offset | undefined {
    return this.#reached.get(partition);
  }

  /** Takes note of what the table says. @returns the furthest position, which may be one not saved yet */
  found(partition: number, saved: Offset): Offset {
    const furthest = Math.max(saved, this.#reached.get(partition) ?? 0);
    this.#reached.set(partition, furthest);
    return furthest;
  }

  /** Notes that all changes before `next` are in the table. */
  reach(partition: number, next: Offset): void {
    this.#reached.set(partition, next);
    this.#unsaved.set(partition, next);
    this.#timer ??= setTimeout(() => void this.#saveLater(), SAVE_AFTER_MS);
  }

  /** Sends rows, and with them the positions that are not saved. */
  async sendWith(send: (positions: readonly RowMutation[]) => Promise<void>): Promise<void> {
    const sent = [...this.#unsaved];
    await send(sent.map(([partition, next]) => positionMutation(partition, next)));
    for (const [partition, next] of sent) {
      if (this.#unsaved.get(partition) === next) this.#unsaved.delete(partition);
    }
  }

  /** Saves what is not saved. */
  async save(): Promise<void> {
    if (this.#unsaved.size > 0) await this.sendWith(this.#send);
  }

  /** Saves for the last time, if that can be done: whoever opens the table then need not apply anything again. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.save().catch(() => {});
  }

  async #saveLater(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      // Nothing is lost by it. What does not pass by itself, the next write says.
      if (dispositionOf(error) !== 'retry') return;
    } finally {
      this.#timer = undefined;
    }
    if (this.#unsaved.size > 0) this.#timer = setTimeout(() => void this.#saveLater(), SAVE_AFTER_MS);
  }
}
