import { type ClientKey, type ClientKeys, parseSha256Hex } from '../../domain/client-key.ts';
import type { SetMember } from '../../domain/model-records.ts';
import type { AnswerFeedback } from '../feedback/answer-feedback.ts';
import type { AddonAnswer, AddonQuestion, AddonRecommender } from './recommender.ts';
import { servedAnswerOf } from './served-answer.ts';

export interface RecordedParts {
  readonly recommender: AddonRecommender;
  readonly feedback: Pick<AnswerFeedback, 'served'>;
  readonly clientKeys: ClientKeys;
  /** The members of a set that was served a moment ago; none where it is not known any more. */
  readonly membersOf: (setVersion: string | undefined) => readonly SetMember[];
}

/** Leaves a record of each answer, which then has a token. */
export class RecordedRecommender implements AddonRecommender {
  readonly #parts: RecordedParts;

  constructor(parts: RecordedParts) {
    this.#parts = parts;
  }

  async answer(question: AddonQuestion): Promise<AddonAnswer> {
    const { recommender, feedback, membersOf } = this.#parts;
    const answer = await recommender.answer(question);
    const record = servedAnswerOf(question, answer, membersOf(answer.setVersion));
    return { ...answer, token: feedback.served(this.#keyOf(question), record) };
  }

  #keyOf({ client }: AddonQuestion): ClientKey | undefined {
    const sha = parseSha256Hex(client);
    return sha === undefined ? undefined : this.#parts.clientKeys.of(sha);
  }
}
