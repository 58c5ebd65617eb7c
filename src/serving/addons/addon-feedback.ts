import { type ClientKeys, parseSha256Hex } from '../../domain/client-key.ts';
import type { SetMember } from '../../domain/model-records.ts';
import type { AnswerFeedback } from '../feedback/answer-feedback.ts';
import { recordedAnswer } from './answer-record.ts';
import { withPromoted } from './promoted.ts';
import type { AddonAnswer, AddonQuestion } from './recommender.ts';

export interface AddonFeedbackParts {
  readonly feedback: Pick<AnswerFeedback, 'served'>;
  readonly keys: ClientKeys;
  readonly models: {
    current(): { readonly setVersion: string; readonly members: readonly SetMember[] } | undefined;
  };
}

/** Leaves the records of add-on answers. */
export class AddonFeedback {
  readonly #parts: AddonFeedbackParts;

  constructor(parts: AddonFeedbackParts) {
    this.#parts = parts;
  }

  /**
   * To be called once for each answer that is given, whether its token is shown or not. Never throws, never waits. A
   * client that is named by anything but a sha256hex is nobody here: such a text is not hashed and not kept.
   * @returns makes the answer's token
   */
  served(answer: AddonAnswer, question: AddonQuestion): () => string {
    const { feedback, keys } = this.#parts;
    const sha = question.client === undefined ? undefined : parseSha256Hex(question.client);
    const client = sha === undefined ? undefined : keys.of(sha);
    return feedback.served(
      client,
      recordedAnswer(question, asServed(answer, question), this.#membersOf(answer.setVersion)),
    );
  }

  /** None where another set has taken over since: better no versions than wrong ones. */
  #membersOf(setVersion: string | undefined): readonly SetMember[] {
    const current = this.#parts.models.current();
    return current !== undefined && current.setVersion === setVersion ? current.members : [];
  }
}

/** With the list that is shown: TAAR's own route puts the promoted add-ons in by itself, and orders by weight. */
function asServed(answer: AddonAnswer, { asTaar, promoted }: AddonQuestion): AddonAnswer {
  return asTaar ? { ...answer, items: withPromoted(promoted, answer.items) } : answer;
}
