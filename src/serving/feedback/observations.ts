import { type Clock, type EpochMs, MINUTE_MS } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { Observation } from '../../domain/served.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { RecordCodec } from '../../log/record-codec.ts';
import { FEEDBACK_RETENTION_MS } from '../../log/topics.ts';
import type { AnswerTokens } from './answer-tokens.ts';

/** The machine that answered, and a client, may be this much ahead. */
const CLOCK_SKEW_MS = 10 * MINUTE_MS;

export interface ObservationParts {
  readonly log: Pick<EventLog, 'append'>;
  readonly codec: RecordCodec;
  readonly tokens: Pick<AnswerTokens, 'verify'>;
  readonly clock: Clock;
}

/** An observation as it is told. */
export type ToldObservation = Omit<Observation, 'at'> & { readonly at?: EpochMs };

/** Takes what became of answers, and writes it beside their records. */
export class Observations {
  readonly #parts: ObservationParts;

  constructor(parts: ObservationParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the observations are durable.
   * @throws TaarError `answer-token-unknown`, `answer-token-expired` (dead-letter), and what the log says
   */
  async add(token: string, told: readonly ToldObservation[]): Promise<void> {
    const { log, codec, tokens, clock } = this.#parts;
    const receivedAt = clock();
    const content = tokens.verify(token);
    if (content === undefined) {
      throw new TaarError('answer-token-unknown', 'dead-letter', 'the token was not made by this system');
    }
    const { at: servedAt, pseudonym, id: tokenId } = content;
    if (receivedAt - servedAt > FEEDBACK_RETENTION_MS) {
      throw new TaarError(
        'answer-token-expired',
        'dead-letter',
        'the answer of the token is not kept any more',
      );
    }
    const observations = told.map(({ item, kind, at }) => ({
      item,
      kind,
      at: believed(at, servedAt, receivedAt),
    }));
    const value = codec.encode('serving.RecommendationObserved', {
      tokenId,
      servedAt,
      receivedAt,
      observations,
    });
    await log.append([{ topic: 'serving.recommendation.observed.v1', key: pseudonym, value }]);
  }
}

/** Nothing is seen before its answer or after now: a clock that says so is wrong, and nothing is told by it. */
function believed(at: EpochMs | undefined, servedAt: EpochMs, now: EpochMs): EpochMs | null {
  if (at === undefined) return null;
  return at >= servedAt - CLOCK_SKEW_MS && at <= now + CLOCK_SKEW_MS ? at : null;
}
