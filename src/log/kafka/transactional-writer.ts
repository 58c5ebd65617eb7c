import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Offsets, Producer, Transaction } from 'kafkajs';
import { TaarError } from '../../domain/errors.ts';
import type { Offset, OutgoingRecord, Position } from '../event-log.ts';
import type { TopicName } from '../topics.ts';
import { asLogError, isEndingStill, isFenced } from './kafka-errors.ts';
import type { Names } from './names.ts';
import { portionsOf, positionsOf, sharesOf } from './outgoing-messages.ts';
import { ownPartitioner } from './own-partitioner.ts';

/** A transaction that is not finished by then is aborted by the brokers: a dead writer must not hold readers up. */
export const TRANSACTION_TIMEOUT_MS = 30_000;
/**
 * A little longer than a transaction can last. The client goes on trying for as long as an outage lasts, and cannot be
 * told to leave off; whatever it still does then is refused by the brokers.
 */
const COMMIT_LIMIT_MS = TRANSACTION_TIMEOUT_MS + 5_000;
/** Longer than a broker that answers takes to let a connection go. */
const CLOSE_LIMIT_MS = 1_000;
/** Brokers take some milliseconds to end a transaction that they have confirmed. */
const ENDING_POLL_MS = 5;

/** How far a group has come in one partition, to be committed together with what it wrote because of it. */
export interface GroupOffset {
  readonly group: string;
  readonly topic: TopicName;
  readonly partition: number;
  readonly next: Offset;
}

/** The only writer under a transactional id: whoever opens the next one fences this one off. */
export class TransactionalWriter {
  readonly #producer: Producer;
  readonly #names: Names;
  readonly #id: string;
  #refusal: TaarError | undefined;
  readonly #ended = Promise.withResolvers<never>();

  private constructor(producer: Producer, names: Names, id: string) {
    this.#producer = producer;
    this.#names = names;
    this.#id = id;
    // Nobody may be waiting when it ends.
    this.#ended.promise.catch(() => {});
  }

  /**
   * Fences off the earlier holder of the id. What that one has committed is complete by then; what it had begun is
   * aborted.
   * @param kafka a client that tries as TRANSACTION_RETRY says
   * @throws TaarError `log-unavailable` (retry), `log-refused` (halt)
   */
  static async open(kafka: Kafka, names: Names, id: string): Promise<TransactionalWriter> {
    const producer = kafka.producer({
      transactionalId: id,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      createPartitioner: ownPartitioner,
    });
    const writer = new TransactionalWriter(producer, names, id);
    try {
      await writer.#inTime(takeOver(producer));
    } catch (error) {
      await writer.close();
      throw asLogError(error, `taking over ${id}`);
    }
    return writer;
  }

  /**
   * Appends the records and commits the offset in one transaction: all or nothing. After a failure the writer is of
   * no use: what became of the transaction is only known once the id is taken over again.
   * @throws TaarError `writer-fenced` (halt) once somebody else holds the id; `log-unavailable` (retry)
   */
  async commit(records: readonly OutgoingRecord[], offset?: GroupOffset): Promise<readonly Position[]> {
    if (this.#refusal !== undefined) throw this.#refusal;
    try {
      return await this.#inTime(this.#transact(records, offset));
    } catch (error) {
      throw isFenced(error) ? fenced(this.#id, error) : asLogError(error, `a transaction of ${this.#id}`);
    }
  }

  async #transact(records: readonly OutgoingRecord[], offset?: GroupOffset): Promise<readonly Position[]> {
    const transaction = await this.#producer.transaction();
    const positions = await this.#send(transaction, records);
    if (offset !== undefined) await this.#sendOffset(transaction, offset);
    if (this.#refusal !== undefined) throw this.#refusal;
    await transaction.commit();
    return positions;
  }

  /** Leaves the client alone with work that takes too long, or that nobody wants any more. */
  async #inTime<R>(work: Promise<R>): Promise<R> {
    const late = new TaarError(
      'log-unavailable',
      'retry',
      `${this.#id} got no answer in ${COMMIT_LIMIT_MS} ms`,
    );
    const timer = setTimeout(() => this.#refuse(late), COMMIT_LIMIT_MS);
    void work.catch(() => {}).then(() => this.#tidy());
    try {
      return await Promise.race([work, this.#ended.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Work that was given up goes on until the client has tried enough, and may connect it anew: nobody else would close
   * that, and it would keep a process alive that has stopped.
   */
  async #tidy(): Promise<void> {
    if (this.#refusal !== undefined) await this.#disconnect();
  }

  /** Commits nothing more; a commit that is under way is given up. */
  close(): Promise<void> {
    return this.#end(new TaarError('log-unavailable', 'retry', `${this.#id} was given up`));
  }

  /** Makes room for the next holder of the id in this process: the same as being fenced off by it. */
  supersede(): Promise<void> {
    return this.#end(fenced(this.#id));
  }

  async #end(refusal: TaarError): Promise<void> {
    this.#refuse(refusal);
    // A connection that is gone needs no closing, and one on which nobody answers must not hold up the next owner.
    await Promise.race([this.#disconnect(), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  }

  async #disconnect(): Promise<void> {
    await this.#producer.disconnect().catch(() => {});
  }

  #refuse(refusal: TaarError): void {
    this.#refusal ??= refusal;
    this.#ended.reject(this.#refusal);
  }

  /** One partition a request: see `sharesOf`. */
  async #send(transaction: Transaction, records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    const positions = new Array<Position>(records.length);
    for (const share of sharesOf(records)) {
      const own: Position[] = [];
      for (const portion of portionsOf(share.records, this.#names)) {
        const sent = await transaction.sendBatch({ acks: -1, topicMessages: portion.topicMessages });
        own.push(...positionsOf(portion, sent, this.#names));
      }
      for (const [nth, index] of share.indexes.entries()) positions[index] = own[nth] as Position;
    }
    return positions;
  }

  /** The client waits for the end of the transaction before when it sends records, but not when it sends offsets. */
  async #sendOffset(transaction: Transaction, offset: GroupOffset): Promise<void> {
    const until = Date.now() + TRANSACTION_TIMEOUT_MS;
    for (;;) {
      try {
        return await transaction.sendOffsets(this.#offsetsOf(offset));
      } catch (error) {
        if (!isEndingStill(error) || Date.now() > until) throw error;
        await sleep(ENDING_POLL_MS);
      }
    }
  }

  #offsetsOf({ group, topic, partition, next }: GroupOffset): Offsets & { consumerGroupId: string } {
    return {
      consumerGroupId: this.#names.group(group),
      topics: [{ topic: this.#names.topic(topic), partitions: [{ partition, offset: `${next}` }] }],
    };
  }
}

/** The client takes the id over when the first transaction begins. */
async function takeOver(producer: Producer): Promise<void> {
  await producer.connect();
  await (await producer.transaction()).abort();
}

function fenced(id: string, cause?: unknown): TaarError {
  const options = cause === undefined ? undefined : { cause };
  return new TaarError('writer-fenced', 'halt', `somebody else has become the writer ${id}`, options);
}
