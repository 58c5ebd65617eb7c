import type { AddonFeedback } from './addon-feedback.ts';
import type { AddonAnswer, AddonQuestion, AddonRecommender } from './recommender.ts';

/** Leaves a record of each answer, which then has a token. */
export class RecordedRecommender implements AddonRecommender {
  readonly #recommender: AddonRecommender;
  readonly #feedback: Pick<AddonFeedback, 'served'>;

  constructor(recommender: AddonRecommender, feedback: Pick<AddonFeedback, 'served'>) {
    this.#recommender = recommender;
    this.#feedback = feedback;
  }

  async answer(question: AddonQuestion): Promise<AddonAnswer> {
    const answer = await this.#recommender.answer(question);
    return { ...answer, token: this.#feedback.served(answer, question) };
  }
}
