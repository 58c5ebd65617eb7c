import type { Offset } from '../../log/event-log.ts';
import type { Change, Entry, View } from '../view.ts';
import { type LegacyRows, NO_PROFILE } from './legacy-rows.ts';
import { Positions } from './positions.ts';
import { Gate, requestsOf } from './row-requests.ts';
import type { RowMutation, TableConnection } from './table-connection.ts';
import { mutationOf, positionAsked, rangeAsked, stateIn, statesAsked } from './table-layout.ts';

/** Keys in one read, so that a large group is answered within the deadline. */
const MAX_READ_KEYS = 500;
/** Rows in one read of a range. */
const PAGE_ROWS = 1_000;
/** A page passes over the rows of all other partitions, and nobody waits for it as for a single key. */
const PAGE_DEADLINE_MS = 10_000;
/** Requests in flight: their bytes are in memory several times over. */
const MAX_WRITES_IN_FLIGHT = 4;

export interface BigtableViewOptions {
  readonly readDeadlineMs: number;
  readonly writeDeadlineMs: number;
  /** What TAAR's readers are to find; without it the table holds states only. */
  readonly legacyRows?: LegacyRows | undefined;
}

/**
 * A view in a table that many processes share. A position is saved when its data is there, and every cell bears the
 * logical time of its change: a write that is repeated, late or of a process that no longer should write changes nothing.
 */
export class BigtableView implements View {
  readonly #table: TableConnection;
  readonly #options: BigtableViewOptions;
  readonly #writesInFlight = new Gate(MAX_WRITES_IN_FLIGHT);
  /** Per partition the last write asked for, so that they are done in that order. */
  readonly #writes = new Map<number, Promise<void>>();
  readonly #positions = new Positions((mutations) => this.#send(mutations));

  constructor(table: TableConnection, options: BigtableViewOptions) {
    this.#table = table;
    this.#options = options;
  }

  async get(partition: number, key: string): Promise<Uint8Array | undefined> {
    const [value] = await this.getMany(partition, [key]);
    return value;
  }

  async getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const found = new Map<string, Uint8Array>();
    const wanted = [...new Set(keys)];
    for (let first = 0; first < wanted.length; first += MAX_READ_KEYS) {
      const asked = statesAsked(partition, wanted.slice(first, first + MAX_READ_KEYS));
      const rows = await this.#table.readRows(asked, this.#options.readDeadlineMs);
      for (const { key, cells } of rows) if (cells[0] !== undefined) found.set(key, stateIn(cells[0].value));
    }
    return keys.map((key) => found.get(key));
  }

  async apply(partition: number, changes: readonly Change[], next: Offset): Promise<void> {
    const before = this.#writes.get(partition) ?? Promise.resolve();
    const write = before.then(() => this.#write(partition, changes, next));
    this.#writes.set(
      partition,
      write.catch(() => {}),
    );
    await write;
  }

  async #write(partition: number, changes: readonly Change[], next: Offset): Promise<void> {
    if (next <= (this.#positions.reached(partition) ?? (await this.position(partition)))) return;
    const mutations = await this.#mutationsOf(partition, changes);
    if (mutations.length > 0) {
      await this.#positions.sendWith((positions) => this.#sendAll([...mutations, ...positions]));
    }
    this.#positions.reach(partition, next);
    if (mutations.length === 0) await this.#positions.save();
  }

  /** Sends all of them, also when one fails: none may be under way when the batch comes again. */
  async #sendAll(mutations: readonly RowMutation[]): Promise<void> {
    const sent = [...requestsOf(mutations)].map((request) => this.#send(request));
    const failed = (await Promise.allSettled(sent)).find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #mutationsOf(partition: number, changes: readonly Change[]): Promise<RowMutation[]> {
    const latest = [...new Map(changes.map((change) => [change.key, change])).values()];
    const payloads = await this.#options.legacyRows?.payloadsOf(latest);
    return latest.map((change, i) =>
      mutationOf(partition, change, payloads && (payloads[i] ?? null), NO_PROFILE),
    );
  }

  #send(mutations: readonly RowMutation[]): Promise<void> {
    return this.#writesInFlight.run(() => this.#table.mutateRows(mutations, this.#options.writeDeadlineMs));
  }

  async position(partition: number): Promise<Offset> {
    const [row] = await this.#table.readRows(positionAsked(partition), this.#options.readDeadlineMs);
    const [cell] = row?.cells ?? [];
    return this.#positions.found(partition, cell === undefined ? 0 : Number(textOf(cell.value)));
  }

  async range(partition: number, fromKey: string, limit: number): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    let from = fromKey;
    while (found.length < limit) {
      const rows = Math.min(PAGE_ROWS, limit - found.length);
      const asked = rangeAsked(partition, from, found.length > 0, rows);
      const page = await this.#table.readRows(asked, PAGE_DEADLINE_MS);
      for (const { key, cells } of page) {
        if (cells[0] !== undefined) found.push({ key, value: stateIn(cells[0].value) });
      }
      if (page.length < rows) break;
      from = found.at(-1)?.key ?? from;
    }
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.#writes.values());
    await this.#positions.close();
    await this.#table.close();
  }
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString();
}
