import { setImmediate } from 'node:timers/promises';
import { type EpochMs, MINUTE_MS } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { RecommendationObserved, RecommendationServed } from '../../domain/served.ts';
import type { EventLog, LogRecord, OffsetRange } from '../../log/event-log.ts';
import { FewAtOnce } from '../../log/few-at-once.ts';
import { partitionOf } from '../../log/partition.ts';
import type { RecordCodec } from '../../log/record-codec.ts';
import { firstSince } from '../../log/search-by-time.ts';
import { type TopicName, topicSettings } from '../../log/topics.ts';
import { readToken, type TokenContent } from './answer-tokens.ts';
import { type WhyReport, whyReportOf } from './why-report.ts';

const SERVED = 'serving.recommendation.served.v1';
const OBSERVED = 'serving.recommendation.observed.v1';

export interface WhyLimits {
  /** Records looked through for one question, of each topic: some seconds of one core. */
  readonly records: number;
  /** Questions at a time: each holds one batch of records in memory. */
  readonly searches: number;
}

export const WHY_LIMITS: WhyLimits = { records: 1_000_000, searches: 2 };

/** Records are written within a second of the answer, and the log's clock is mostly this near to the node's. */
const NEAR_MS = MINUTE_MS / 4;
/** A node's clock and the log's may differ by so much; a record may also have waited for a log that was slow. */
const FAR_MS = 10 * MINUTE_MS;
/** After so many records others get their turn: answers are made on the same event loop. */
const TURN_RECORDS = 500;

/** What is left of the records that one question may look through. */
interface Budget {
  left: number;
}

/**
 * Finds out how an answer came about from its token alone, which says under which pseudonym and when. Nothing is kept
 * between two questions: the moment is found on the topic by halving, and the records around it are looked through.
 */
export class WhySearch {
  readonly #log: Pick<EventLog, 'bounds' | 'read'>;
  readonly #codec: RecordCodec;
  readonly #limits: WhyLimits;
  readonly #searches: FewAtOnce;

  constructor(log: Pick<EventLog, 'bounds' | 'read'>, codec: RecordCodec, limits = WHY_LIMITS) {
    this.#log = log;
    this.#codec = codec;
    this.#limits = limits;
    this.#searches = new FewAtOnce(
      limits.searches,
      () => new TaarError('why-overloaded', 'retry', 'too many answers are being looked for at once'),
    );
  }

  /**
   * @throws TaarError `answer-token-unreadable` (halt) where the text is no token, `why-overloaded` (retry), and what
   *   the log says
   */
  async find(token: string): Promise<WhyReport> {
    const content = readToken(token);
    if (content === undefined) {
      throw new TaarError('answer-token-unreadable', 'halt', 'that is no token of an answer');
    }
    return this.#searches.run(() => this.#find(content));
  }

  async #find(content: TokenContent): Promise<WhyReport> {
    const budgets: readonly [Budget, Budget] = [
      { left: this.#limits.records },
      { left: this.#limits.records },
    ];
    const served = await this.#served(content, budgets[0]);
    const observed = await this.#observed(content, budgets[1]);
    const searchedAll = budgets[1].left >= 0 && (served !== undefined || budgets[0].left >= 0);
    return whyReportOf(served, observed, searchedAll ? 'all' : 'part');
  }

  /** Near the moment of the answer first: a wide search of a busy topic is a hundred times as long. */
  async #served(content: TokenContent, budget: Budget): Promise<RecommendationServed | undefined> {
    for (const width of [NEAR_MS, FAR_MS]) {
      const [since, until] = [content.at - width, content.at + width];
      for await (const record of this.#records(SERVED, content, since, until, budget)) {
        const served = this.#codec.decodeAs('serving.RecommendationServed', await this.#known(record));
        if (served.tokenId === content.id) return served;
      }
    }
    return undefined;
  }

  async #observed(content: TokenContent, budget: Budget): Promise<RecommendationObserved[]> {
    const found: RecommendationObserved[] = [];
    const since = content.at - FAR_MS;
    for await (const record of this.#records(OBSERVED, content, since, Number.POSITIVE_INFINITY, budget)) {
      const observed = this.#codec.decodeAs('serving.RecommendationObserved', await this.#known(record));
      if (observed.tokenId === content.id) found.push(observed);
    }
    return found;
  }

  /** The records of the token's pseudonym that were written in [since, until]; ends where the budget does. */
  async *#records(
    topic: TopicName,
    { pseudonym }: TokenContent,
    since: EpochMs,
    until: EpochMs,
    budget: Budget,
  ): AsyncGenerator<LogRecord & { readonly value: Uint8Array }> {
    const range = await this.#rangeOf(topic, pseudonym);
    const from = await firstSince(this.#log, range, since);
    for await (const record of this.#log.read({ ...range, from })) {
      if (record.timestamp > until) return;
      budget.left -= 1;
      if (budget.left < 0) return;
      if (budget.left % TURN_RECORDS === 0) await setImmediate();
      const { key, value } = record;
      if (key === pseudonym && value !== null) yield { ...record, value };
    }
  }

  async #rangeOf(topic: TopicName, key: string): Promise<OffsetRange> {
    const partition = partitionOf(Buffer.from(key), topicSettings(topic).partitions);
    const { earliest, end } = (await this.#log.bounds(topic))[partition] ?? { earliest: 0, end: 0 };
    return { topic, partition, from: earliest, to: end };
  }

  async #known({ value }: { readonly value: Uint8Array }): Promise<Uint8Array> {
    await this.#codec.learn([value]);
    return value;
  }
}
