import type { SetMember } from '../../../domain/model-records.ts';
import type { CountedAnswers } from '../../feedback/counted-answers.ts';
import type { ServedAnswer } from '../../feedback/served-answer.ts';
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

/** Leaves the records of TAARlite's answers, which name nobody: the body is TAAR's, and has no place for a token. */
export class TaarliteFeedback {
  readonly #counted: Pick<CountedAnswers, 'served'>;
  /** What is recorded of an answer that a set gives again and again. */
  readonly #records = new WeakMap<TaarliteAnswer, ServedAnswer>();

  constructor(counted: Pick<CountedAnswers, 'served'>) {
    this.#counted = counted;
  }

  /** To be called once for each answer that is given about the add-on `guid`. Never throws, never waits. */
  served(answer: TaarliteAnswer, guid: string, set: AnsweringSet | undefined): void {
    this.#counted.served(this.#recordOf(answer, guid, set));
  }

  #recordOf(answer: TaarliteAnswer, guid: string, set: AnsweringSet | undefined): ServedAnswer {
    const known = this.#records.get(answer);
    if (known !== undefined && known.setVersion === set?.setVersion) return known;
    const record = recordedAnswer(answer, guid, set);
    this.#records.set(answer, record);
    return record;
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
