import { messageOf } from '../../domain/errors.ts';
import type { Logger } from '../../ops/logging.ts';
import type { AddonFeedback } from '../addons/addon-feedback.ts';
import type { AddonAnswer, AddonQuestion, AddonRecommender } from '../addons/recommender.ts';
import { SharedDeadline } from '../shared-deadline.ts';
import type { Admission } from './admission.ts';

/** Whoever asked shows a page meanwhile: an answer that takes longer is given up for an empty one that says so. */
export const ANSWER_DEADLINE_MS = 100;

export interface AnswersInTimeOptions {
  readonly recommender: AddonRecommender;
  readonly admission: Admission;
  readonly logger: Logger;
  readonly deadlineMs?: number;
  /** Takes the records of answers that are given in place of late and failed ones. */
  readonly feedback?: Pick<AddonFeedback, 'served'> | undefined;
}

/** Asks the recommender so that there is an answer in time, whatever becomes of it. */
export class AnswersInTime {
  readonly #options: AnswersInTimeOptions;
  readonly #deadline: SharedDeadline;
  #failing = false;

  constructor(options: AnswersInTimeOptions) {
    this.#options = options;
    this.#deadline = new SharedDeadline(options.deadlineMs ?? ANSWER_DEADLINE_MS);
  }

  /** Undefined where too many answers are under way; else never rejects. `route` is a name. */
  ask(route: string, question: AddonQuestion): Promise<AddonAnswer> | undefined {
    const { recommender, admission } = this.#options;
    const late = new AbortController();
    const asked = { ...question, signal: late.signal };
    const answer = admission.begin(route, () => this.#safely(recommender, asked));
    if (answer === undefined) return undefined;
    return this.#deadline.within(answer, () => {
      late.abort();
      return this.#instead('empty:late', question);
    });
  }

  async #safely(recommender: AddonRecommender, question: AddonQuestion): Promise<AddonAnswer> {
    try {
      const answer = await recommender.answer(question);
      this.#failing = false;
      return answer;
    } catch (error) {
      this.#warn(error);
      return question.signal?.aborted ? emptyAnswer('empty:late') : this.#instead('empty:failed', question);
    }
  }

  #instead(path: string, question: AddonQuestion): AddonAnswer {
    const answer = emptyAnswer(path);
    return { ...answer, token: this.#options.feedback?.served(answer, question) };
  }

  /** Once for each time that it begins to fail: the recommender promises not to. */
  #warn(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#options.logger.error({ error: messageOf(error) }, 'a recommendation failed; answering without any');
  }
}

function emptyAnswer(path: string): AddonAnswer {
  return { items: [], path, setVersion: undefined, trace: undefined };
}
