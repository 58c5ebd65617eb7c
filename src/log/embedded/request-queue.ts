import type { DatabaseSync } from 'node:sqlite';
import { Compaction } from './compaction.ts';
import { fetcher } from './fetch.ts';
import { LogStore } from './log-store.ts';
import { type Maintenance, maintenance } from './maintenance.ts';
import { memoryOf } from './packed-records.ts';
import type {
  Answers,
  NumberedRequest,
  PartitionRow,
  ReadRequest,
  Reply,
  WorkerMessage,
  WriteRequest,
} from './protocol.ts';
import { asRefusal } from './refusal.ts';
import { SchemaTable } from './schema-table.ts';

type Answer = Answers[keyof Answers];
interface NumberedWrite {
  readonly number: number;
  readonly request: WriteRequest;
}

/** Executes requests: all writes that wait in one transaction (one sync of the disk), then reads. */
export class RequestQueue {
  readonly #database: DatabaseSync;
  readonly #send: (message: WorkerMessage, memory: ArrayBuffer[]) => void;
  readonly #store: LogStore;
  readonly #schemas: SchemaTable;
  readonly #compaction: Compaction;
  readonly #fetch: ReturnType<typeof fetcher>;
  #waiting: NumberedRequest[] = [];
  #scheduled = false;
  #maintenance: { readonly askers: number[]; readonly steps: Maintenance } | undefined;

  constructor(database: DatabaseSync, send: (message: WorkerMessage, memory: ArrayBuffer[]) => void) {
    this.#database = database;
    this.#send = send;
    this.#store = new LogStore(database);
    this.#schemas = new SchemaTable(database);
    this.#compaction = new Compaction(database);
    this.#fetch = fetcher(database);
  }

  partitions(): PartitionRow[] {
    return this.#store.partitions();
  }

  add(request: NumberedRequest): void {
    this.#waiting.push(request);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    const requests = this.#waiting;
    this.#waiting = [];
    const writes: NumberedWrite[] = [];
    const replies: Reply[] = [];
    const memory: ArrayBuffer[] = [];
    let closing: number | undefined;
    for (const { number, request } of requests) if (isWrite(request)) writes.push({ number, request });
    const ends = this.#write(writes, replies);
    for (const { number, request } of requests) {
      if (isWrite(request)) continue;
      if (request.kind === 'close') closing = number;
      else if (request.kind === 'maintain') this.#beginMaintenance(number, request.now);
      else replies.push(this.#answer(number, () => this.#read(request, memory)));
    }
    this.#maintain(replies);
    if (replies.length > 0) this.#send({ replies, ends }, memory);
    if (closing !== undefined) this.#close(closing);
  }

  /** One transaction for all; when the file fails, all of them fail and nothing is kept. */
  #write(requests: readonly NumberedWrite[], replies: Reply[]): WorkerMessage['ends'] {
    if (requests.length === 0) return [];
    try {
      const { done, ends } = this.#inTransaction(() => ({
        done: requests.map(({ number, request }) => this.#attempt(number, request)),
        ends: this.#store.settle(),
      }));
      replies.push(...done);
      return ends;
    } catch (error) {
      this.#store.reload();
      replies.push(...requests.map(({ number }) => ({ number, refusal: asRefusal(error) })));
      return [];
    }
  }

  /** A refusal concerns one request; an error of SQLite all of them, so it is passed on. */
  #attempt(number: number, request: WriteRequest): Reply {
    try {
      return { number, answer: this.#apply(request) };
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === 'log-unavailable') throw error;
      return { number, refusal };
    }
  }

  #apply(request: WriteRequest): Answer {
    switch (request.kind) {
      case 'append':
        if (request.lease !== null) this.#store.checkLease(request.lease);
        return this.#store.append(request.records, request.now);
      case 'commit':
        this.#store.checkLease(request.lease);
        this.#store.moveGroup(request.group, request.partitionId, request.expected, request.next);
        return this.#store.append(request.records, request.now);
      case 'lease':
        return this.#store.takeLease(request.name);
      case 'property':
        return this.#store.property(request.name, request.initial);
      case 'schema-id':
        return this.#schemas.idOf(request.type, request.text);
    }
  }

  #read(request: ReadRequest, memory: ArrayBuffer[]): Answer {
    switch (request.kind) {
      case 'fetch': {
        const fetched = this.#fetch(request, this.#store.end(request.partitionId));
        memory.push(...memoryOf(fetched.records));
        return fetched;
      }
      case 'bounds':
        return request.partitionIds.map((id) => this.#store.bounds(id));
      case 'group-offsets':
        return request.partitionIds.map((id) => this.#store.groupOffset(request.group, id));
      case 'schema':
        return this.#schemas.schemaOf(request.id);
    }
  }

  #answer(number: number, work: () => Answer): Reply {
    try {
      return { number, answer: work() };
    } catch (error) {
      return { number, refusal: asRefusal(error) };
    }
  }

  /** One at a time; whoever asks while one runs waits for it. */
  #beginMaintenance(number: number, now: number): void {
    if (this.#maintenance !== undefined) this.#maintenance.askers.push(number);
    else this.#maintenance = { askers: [number], steps: maintenance(this.#database, this.#compaction, now) };
  }

  /** One step of the maintenance under way; the rest in later turns, so that appends do not wait for all of it. */
  #maintain(replies: Reply[]): void {
    if (this.#maintenance === undefined) return;
    const { askers, steps } = this.#maintenance;
    try {
      if (this.#inTransaction(() => steps.next().done === true)) {
        this.#maintenance = undefined;
        replies.push(...askers.map((number) => ({ number, answer: null })));
      } else this.#schedule();
    } catch (error) {
      this.#maintenance = undefined;
      replies.push(...askers.map((number) => ({ number, refusal: asRefusal(error) })));
    }
  }

  #inTransaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite may have rolled back by itself already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #close(number: number): void {
    const reply = this.#answer(number, () => {
      this.#database.close();
      return null;
    });
    this.#send({ replies: [reply], ends: [] }, []);
  }
}

function isWrite(request: NumberedRequest['request']): request is WriteRequest {
  switch (request.kind) {
    case 'append':
    case 'commit':
    case 'lease':
    case 'property':
    case 'schema-id':
      return true;
    default:
      return false;
  }
}
