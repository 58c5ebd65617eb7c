import { setImmediate } from 'node:timers/promises';
import { MINUTE_MS } from '../domain/clock.ts';
import type { ErasureReceipt } from '../domain/deletion.ts';
import { TaarError } from '../domain/errors.ts';
import { timeOfRequestId } from '../domain/request-id.ts';
import type { EventLog } from '../log/event-log.ts';
import { FewAtOnce } from '../log/few-at-once.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { firstSince } from '../log/search-by-time.ts';
import { type ErasureReport, reportOf } from './erasure-report.ts';

const TOPIC = 'privacy.erasure.completed.v1';

export interface SearchLimits {
  /** Receipts looked through for one question: some seconds of one core, and as many days of receipts as go into it. */
  readonly receipts: number;
  /** Questions at a time: each holds one batch of receipts in memory. */
  readonly searches: number;
}

export const SEARCH_LIMITS: SearchLimits = { receipts: 1_000_000, searches: 2 };

/** Who made the id and who writes receipts are different machines, whose clocks may differ. */
const CLOCK_SKEW_MS = 10 * MINUTE_MS;
/** After so many receipts others get their turn: pings are answered on the same event loop. */
const TURN_RECEIPTS = 500;

/**
 * Finds the receipts of a request on the log. Nothing is kept between two questions: an index of 400 days would take
 * memory in every process that answers, and reading all of them at its start. Instead the id says when the request was
 * made, that place on the topic is found by halving, and only what was written since is looked through.
 */
export class ReceiptSearch {
  readonly #log: Pick<EventLog, 'bounds' | 'read'>;
  readonly #codec: RecordCodec;
  readonly #limits: SearchLimits;
  readonly #searches: FewAtOnce;

  constructor(log: Pick<EventLog, 'bounds' | 'read'>, codec: RecordCodec, limits = SEARCH_LIMITS) {
    this.#log = log;
    this.#codec = codec;
    this.#limits = limits;
    this.#searches = new FewAtOnce(
      limits.searches,
      () => new TaarError('receipts-overloaded', 'retry', 'too many receipts are being looked for at once'),
    );
  }

  /** @throws TaarError `receipts-overloaded` (retry), and what the log says */
  find(requestId: string): Promise<ErasureReport> {
    return this.#searches.run(() => this.#find(requestId));
  }

  async #find(requestId: string): Promise<ErasureReport> {
    const made = timeOfRequestId(requestId);
    const receipts: ErasureReceipt[] = [];
    let left = this.#limits.receipts;
    for (const [partition, { earliest, end }] of (await this.#log.bounds(TOPIC)).entries()) {
      const from =
        made === undefined
          ? earliest
          : await firstSince(
              this.#log,
              { topic: TOPIC, partition, from: earliest, to: end },
              made - CLOCK_SKEW_MS,
            );
      for await (const record of this.#log.read({ topic: TOPIC, partition, from, to: end })) {
        if (left-- === 0) return reportOf(requestId, receipts, 'part');
        if (left % TURN_RECEIPTS === 0) await setImmediate();
        if (record.key === requestId && record.value !== null)
          receipts.push(await this.#decoded(record.value));
      }
    }
    return reportOf(requestId, receipts, 'all');
  }

  async #decoded(value: Uint8Array): Promise<ErasureReceipt> {
    await this.#codec.learn([value]);
    return this.#codec.decodeAs('privacy.ErasureReceipt', value);
  }
}
