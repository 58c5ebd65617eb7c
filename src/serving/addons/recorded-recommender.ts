import type { AddonFeedback } from './addon-feedback.ts';
import type { AddonAnswer, AddonQuestion, AddonRecommender } from './recommender.ts';

/** Leaves a record of each answer that somebody waits for, which then has a token. */
export class RecordedRecommender implements AddonRecommender {
  readonly #recommender: AddonRecommender;
  readonly #feedback: Pick<AddonFeedback, 'served'>;

  constructor(recommender: AddonRecommender, feedback: Pick<AddonFeedback, 'served'>) {
    this.#recommender = recommender;
    this.#feedback = feedback;
  }

  async answer(question: AddonQuestion): Promise<AddonAnswer> {
    const answer = await this.#recommender.answer(question);
    if (question.signal?.aborted === true) return answer;
    return { ...answer, token: this.#feedback.served(answer, question) };
  }
}
