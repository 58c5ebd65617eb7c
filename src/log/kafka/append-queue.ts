import { setImmediate } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import { TaarError } from '../../domain/errors.ts';
import type { OutgoingRecord, Position } from '../event-log.ts';
import { asLogError } from './kafka-errors.ts';
import type { Names } from './names.ts';
import { type Portion, portionsOf, sendWhole, sizeOf } from './outgoing-messages.ts';
import { ownPartitioner } from './own-partitioner.ts';

/** More than this waiting for the brokers means that they do not keep up: better refused than memory filled. */
const MAX_PENDING_BYTES = 64 * 2 ** 20;
/** What goes out in one turn; the rest waits for the next, so that nobody's records wait for all others'. */
const MAX_TURN_BYTES = 4 * 2 ** 20;
/** Whoever waits longer is told to come back; a sender must not hang for as long as an outage lasts. */
const APPEND_PATIENCE_MS = 10_000;

interface Call {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly waiting: PromiseWithResolvers<readonly Position[]>;
  /** True once nobody waits for the outcome any more. */
  isOver: boolean;
}

/**
 * Appends of many callers through one idempotent producer with one request in flight: more than one in flight would
 * change the order when a request is tried again. What comes meanwhile makes the next request.
 */
export class AppendQueue {
  readonly #kafka: Kafka;
  readonly #names: Names;
  #producer: Promise<Producer> | undefined;
  #calls: Call[] = [];
  /** Those that wait and those that are with the brokers. */
  readonly #unsettled = new Set<Call>();
  #pendingBytes = 0;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(kafka: Kafka, names: Names) {
    this.#kafka = kafka;
    this.#names = names;
  }

  /** @throws TaarError `log-overloaded`, `log-unavailable` (retry), `log-refused` (halt) */
  async append(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    if (records.length === 0) return [];
    if (this.#isClosed) throw new TaarError('log-unavailable', 'retry', 'the log is closed');
    const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > MAX_PENDING_BYTES) {
      throw new TaarError('log-overloaded', 'retry', 'the brokers do not keep up with what is appended');
    }
    const call = { records, bytes, waiting: Promise.withResolvers<readonly Position[]>(), isOver: false };
    this.#calls.push(call);
    this.#unsettled.add(call);
    this.#pendingBytes += bytes;
    this.#sending ??= this.#sendAll();
    return this.#withPatience(call);
  }

  /** Refuses what comes from now on, and what the brokers do not take in time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#unsettled].map(({ waiting }) => waiting.promise));
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.disconnect().catch(() => {});
  }

  async #withPatience(call: Call): Promise<readonly Position[]> {
    const timer = setTimeout(() => {
      call.isOver = true;
      call.waiting.reject(
        new TaarError('log-unavailable', 'retry', `Kafka took nothing for ${APPEND_PATIENCE_MS / 1000} s`),
      );
    }, APPEND_PATIENCE_MS);
    try {
      return await call.waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#unsettled.delete(call);
      this.#pendingBytes -= call.bytes;
    }
  }

  async #sendAll(): Promise<void> {
    // A turn later, so that all callers of this turn go together.
    await setImmediate();
    for (let calls = this.#nextTurn(); calls.length > 0; calls = this.#nextTurn()) await this.#send(calls);
    this.#sending = undefined;
  }

  #nextTurn(): Call[] {
    this.#calls = this.#calls.filter(({ isOver }) => !isOver);
    let bytes = 0;
    const beyond = this.#calls.findIndex((call) => {
      bytes += call.bytes;
      return bytes > MAX_TURN_BYTES;
    });
    return this.#calls.splice(0, beyond === -1 ? this.#calls.length : Math.max(1, beyond));
  }

  async #send(calls: readonly Call[]): Promise<void> {
    try {
      const positions: Position[] = [];
      const records = calls.flatMap((call) => call.records);
      for (const portion of portionsOf(records, this.#names)) positions.push(...(await this.#sent(portion)));
      let from = 0;
      for (const { records: own, waiting } of calls) {
        waiting.resolve(positions.slice(from, from + own.length));
        from += own.length;
      }
    } catch (error) {
      for (const { waiting } of calls) waiting.reject(asLogError(error, 'an append'));
    }
  }

  async #sent(portion: Portion): Promise<readonly Position[]> {
    this.#producer ??= this.#connect();
    try {
      const producer = await this.#producer;
      return await sendWhole(portion, this.#names, (topicMessages) =>
        producer.sendBatch({ acks: -1, topicMessages }),
      );
    } catch (error) {
      // Its numbering may be broken by now; the next one begins anew.
      void this.#producer.then((producer) => producer.disconnect()).catch(() => {});
      this.#producer = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: ownPartitioner,
    });
    await producer.connect();
    return producer;
  }
}
