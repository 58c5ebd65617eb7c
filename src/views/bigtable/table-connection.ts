import type { google } from '@google-cloud/bigtable/build/protos/protos.js';
import { TaarError } from '../../domain/errors.ts';
import { attempts, within } from './attempts.ts';
import { bigtableError, GRPC, StatusError, statusOf, type TableDeed } from './bigtable-errors.ts';
import type { Answer, ClientPackage, DataClient } from './client-package.ts';
import { type CellChunk, type Row, RowAssembler } from './row-assembler.ts';
import { clientOptions, type TablePlace, tableName } from './table-place.ts';

export type RowMutation = google.bigtable.v2.MutateRowsRequest.IEntry;
export type RowsAsked = Pick<google.bigtable.v2.IReadRowsRequest, 'rows' | 'filter' | 'rowsLimit'>;

/** The client's own retries are switched off: they know neither our deadline nor which rows were refused. */
const NO_RETRIES = { retryRequestOptions: { retries: 0, noResponseRetries: 0 } };
/**
 * A connection on which a call found no answer, and no other has for so long, is made anew. One that died without a
 * word would else be kept for a quarter of an hour: pings are sent only during calls, and those are short.
 */
const SILENCE_MS = 5_000;

interface Line {
  readonly client: DataClient;
  /** When something was last heard on it. */
  heardAt: number;
}

/**
 * A table of Bigtable over one connection. Every call has a deadline that holds for all its attempts, and fails with
 * a `TaarError`: `view-unavailable` (retry), `view-table-missing` or `view-refused` (halt), `view-closed` (halt).
 */
export class TableConnection {
  readonly place: TablePlace;
  readonly #package: ClientPackage;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #line: Line | undefined;

  constructor(place: TablePlace, clientPackage: ClientPackage) {
    this.place = place;
    this.#package = clientPackage;
  }

  /** The rows that have something of what was asked for, in key order. */
  readRows(asked: RowsAsked, deadlineMs: number): Promise<Row[]> {
    const request = { tableName: tableName(this.place), ...asked };
    return this.#call('read', deadlineMs, async (client, leftMs) => {
      const rows: Row[] = [];
      const assembler = new RowAssembler();
      const call = client.readRows(request, { timeout: leftMs, ...NO_RETRIES });
      await answerOf(call, leftMs, ({ chunks }: { chunks: CellChunk[] }) => {
        for (const chunk of chunks) {
          const row = assembler.add(chunk);
          if (row !== undefined) rows.push(row);
        }
      });
      return rows;
    });
  }

  /** Writes rows, each of them all or nothing. Rows that were refused for now are written again, the others not. */
  mutateRows(mutations: readonly RowMutation[], deadlineMs: number): Promise<void> {
    let entries = [...mutations];
    return this.#call('write', deadlineMs, async (client, leftMs) => {
      const outcomes = new Outcomes(entries);
      const request = { tableName: tableName(this.place), entries };
      const call = client.mutateRows(request, { timeout: leftMs, ...NO_RETRIES });
      try {
        await answerOf(call, leftMs, (response: MutateRowsResponse) => outcomes.take(response));
      } finally {
        entries = outcomes.unwritten();
      }
      if (entries.length > 0) throw outcomes.failure();
    });
  }

  /** Waits for the calls under way, which end by their deadlines, and lets no other begin. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    if (this.#line !== undefined) await this.#replace(this.#line);
  }

  async #call<T>(
    deed: TableDeed,
    deadlineMs: number,
    work: (client: DataClient, leftMs: number) => Promise<T>,
  ): Promise<T> {
    const { signal } = this.#closing;
    if (signal.aborted) {
      throw new TaarError('view-closed', 'halt', `the view in ${tableName(this.place)} is closed already`);
    }
    const call = attempts(this.place, { ms: deadlineMs, signal }, (leftMs) => this.#attempt(work, leftMs));
    this.#underWay.add(call);
    try {
      return await call;
    } catch (error) {
      throw bigtableError(error, this.place, deed);
    } finally {
      this.#underWay.delete(call);
    }
  }

  async #attempt<T>(work: (client: DataClient, leftMs: number) => Promise<T>, leftMs: number): Promise<T> {
    const end = performance.now() + leftMs;
    const line = this.#lineNow();
    try {
      // Connecting finds the credentials first; where that failed the client remembers it for ever.
      await within(leftMs, line.client.initialize());
    } catch (error) {
      void this.#replace(line);
      throw error;
    }
    try {
      const answer = await work(line.client, Math.max(1, end - performance.now()));
      line.heardAt = performance.now();
      return answer;
    } catch (error) {
      const silent = performance.now() - line.heardAt > SILENCE_MS;
      if (statusOf(error) === GRPC.deadlineExceeded && silent) void this.#replace(line);
      throw error;
    }
  }

  #lineNow(): Line {
    this.#line ??= {
      client: this.#package.newDataClient(clientOptions(this.place, this.#package)),
      heardAt: performance.now(),
    };
    return this.#line;
  }

  async #replace(line: Line): Promise<void> {
    if (this.#line !== line) return;
    this.#line = undefined;
    // A client that never came to be has nothing to close, and says so.
    await line.client.close().catch(() => {});
  }
}

interface MutateRowsResponse {
  readonly entries: readonly google.bigtable.v2.MutateRowsResponse.IEntry[];
}

/** What became of each row of a request; a row of which nothing was heard counts as not written. */
class Outcomes {
  readonly #entries: readonly RowMutation[];
  readonly #written: boolean[];
  #refusal: StatusError | undefined;

  constructor(entries: readonly RowMutation[]) {
    this.#entries = entries;
    this.#written = new Array<boolean>(entries.length).fill(false);
  }

  take(response: MutateRowsResponse): void {
    for (const { index, status } of response.entries) {
      const code = status?.code ?? GRPC.ok;
      if (code === GRPC.ok) this.#written[Number(index ?? 0)] = true;
      else this.#refusal = new StatusError(code, 'a row was refused');
    }
  }

  unwritten(): RowMutation[] {
    return this.#entries.filter((_, i) => this.#written[i] !== true);
  }

  failure(): StatusError {
    return this.#refusal ?? new StatusError(GRPC.unavailable, 'the answer ended early');
  }
}

/** Takes the parts of an answer until it ends. */
async function answerOf<T>(call: Answer, leftMs: number, take: (part: T) => void): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    call.on('data', take);
    call.on('end', resolve);
    // Stays for what comes after a cancelled call, which nobody else would listen to.
    call.on('error', reject);
  });
  await within(leftMs, ended, () => call.cancel());
}
