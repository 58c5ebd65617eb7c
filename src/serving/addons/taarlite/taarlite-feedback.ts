import type { SetMember } from '../../../domain/model-records.ts';
import type { AnswerFeedback } from '../../feedback/answer-feedback.ts';
import type { ServedAnswer } from '../../feedback/served-answer.ts';
import type { UniformSource } from '../../flow/query.ts';
import type { TaarliteAnswer } from './answers.ts';

/** What TAARlite's own route is called in records. */
export const TAARLITE_PLACEMENT = 'taarlite';
/** What its scores are made of. */
const SOURCE = 'coinstall';

/** The set that answered. */
export interface AnsweringSet {
  readonly setVersion: string;
  readonly members: readonly SetMember[];
}

/**
 * Leaves records of a share of TAARlite's answers, chosen by chance: to make the log durable for them costs more than
 * the answers do. They name nobody.
 */
export class TaarliteFeedback {
  readonly #feedback: Pick<AnswerFeedback, 'served'>;
  readonly #share: number;
  readonly #uniforms: UniformSource;

  /** @param share 0 to 1: how many of the answers are recorded */
  constructor(
    feedback: Pick<AnswerFeedback, 'served'>,
    share: number,
    uniforms: UniformSource = Math.random,
  ) {
    this.#feedback = feedback;
    this.#share = share;
    this.#uniforms = uniforms;
  }

  /** To be called once for each answer that is given about the add-on `guid`. Never throws, never waits. */
  served(answer: TaarliteAnswer, guid: string, set: AnsweringSet | undefined): void {
    if (this.#uniforms() >= this.#share) return;
    // The body is TAAR's, and has no place for a token.
    this.#feedback.served(undefined, recordedAnswer(answer, guid, set));
  }
}

/** The add-on is named only where there are items, and so only one that the models know. */
function recordedAnswer(
  { path, items }: TaarliteAnswer,
  guid: string,
  set: AnsweringSet | undefined,
): ServedAnswer {
  const reasons = [{ kind: 'becauseOf', about: [guid] }];
  return {
    product: 'addons',
    placement: TAARLITE_PLACEMENT,
    path,
    setVersion: set?.setVersion ?? null,
    models: set?.members ?? [],
    seeded: false,
    items: items.map(({ guid: id, score }) => ({
      id,
      score,
      probability: null,
      contributions: [{ source: SOURCE, score }],
      reasons,
    })),
    stages: [],
    sources: [],
    refusals: [],
    guards: [],
  };
}
