import type { ClientKey } from '../../domain/client-key.ts';
import type { Clock } from '../../domain/clock.ts';
import { type RandomBytes, randomReserve } from '../../domain/random-reserve.ts';
import { type AnswerTokens, newTokenContent } from './answer-tokens.ts';
import type { DailyPseudonyms } from './daily-pseudonyms.ts';
import { recordOf, type ServedAnswer } from './served-answer.ts';
import type { ServedRecorder } from './served-recorder.ts';

export interface AnswerFeedbackParts {
  readonly pseudonyms: DailyPseudonyms;
  readonly tokens: AnswerTokens;
  readonly recorder: Pick<ServedRecorder, 'record'>;
  readonly clock: Clock;
  readonly random?: RandomBytes;
}

/** What a route does with each answer that it gives: leaves its record, and takes its token. */
export class AnswerFeedback {
  readonly #parts: AnswerFeedbackParts;
  readonly #random: RandomBytes;

  constructor(parts: AnswerFeedbackParts) {
    this.#parts = parts;
    this.#random = parts.random ?? randomReserve();
  }

  /**
   * Hands the record of an answer to the recorder. Never throws, never waits. `client` goes into the pseudonym and
   * nowhere else; undefined where the question names nobody. `answers`: how many equal ones the record stands for.
   * @returns makes the answer's token; a route whose answers show none need not call it
   */
  served(client: ClientKey | undefined, answer: ServedAnswer, answers = 1): () => string {
    const { pseudonyms, tokens, recorder, clock } = this.#parts;
    const at = clock();
    const content = newTokenContent(at, pseudonyms.of(client, at), this.#random);
    recorder.record(content.pseudonym, recordOf(content, answer, answers));
    return () => tokens.sign(content);
  }
}
