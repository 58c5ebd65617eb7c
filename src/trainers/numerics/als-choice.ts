import { uniformsOf } from '../../domain/random.ts';
import { foldErrors } from './als-cross-validation.ts';
import { type AlsCircumstances, type AlsSolver, fitAls } from './als-fit.ts';
import { type AlsCandidate, bestOf } from './als-grid.ts';
import type { AlsOptions } from './als-options.ts';
import { hiddenItemGain } from './als-ranking.ts';
import { DistinctRows } from './distinct-rows.ts';
import type { Interactions } from './interactions.ts';
import type { SampledRow } from './row-sample.ts';

/** What is the same for all candidates. */
export type CommonOptions = Omit<AlsOptions, keyof AlsCandidate> & { readonly solver: AlsSolver };

/** Users on whom candidates are tried. */
export interface Trial {
  readonly sample: readonly SampledRow[];
  readonly items: number;
  readonly candidates: readonly AlsCandidate[];
  readonly common: CommonOptions;
  readonly circumstances: Pick<AlsCircumstances, 'crew' | 'itemKeys'>;
  /** Told after each candidate how many are done. */
  readonly onCandidate?: ((done: number) => void) | undefined;
}

/** The score of each candidate, higher is better, and the first of the best; where none has a score, the first. */
export interface AlsChoice {
  readonly best: AlsCandidate;
  readonly scores: readonly number[];
}

const FOLDS = 10;
const HELD_OUT = 'als.held-out';
const FOLD = 'als.fold';

/**
 * As TAAR chose (spec/taar-training.md section 9.5): by the mean error of ten folds over entries. It knows no
 * negatives, so it favours whatever pushes all predictions to 1. Scores are errors below 0.
 */
export function chooseByError(trial: Trial): AlsChoice {
  const { sample, items, common, circumstances } = trial;
  const rows = individualRows(sample, items);
  const foldOf = Uint8Array.from(
    sample.flatMap(({ key, items: own }) =>
      own.map((item) => Math.floor(drawFor(trial, FOLD, `${key}.${item}`) * FOLDS)),
    ),
  );
  return chosen(trial, (candidate) => {
    const errors = foldErrors(rows, foldOf, FOLDS, (training) =>
      fitAls(training, { ...common, ...candidate }, circumstances),
    ).filter((error) => !Number.isNaN(error));
    return -errors.reduce((sum, error) => sum + error, 0) / errors.length;
  });
}

/**
 * By what serving will be asked for: of each user with at least two items one is hidden, the factors are fitted to the
 * rest, and the score is the mean gain of the hidden item's place (`hiddenItemGain`).
 */
export function chooseByRanking(trial: Trial): AlsChoice {
  const { sample, items, common, circumstances } = trial;
  const known = new DistinctRows(items);
  const hidden = sample.flatMap(({ key, items: own }) => {
    const at = own.length < 2 ? -1 : Math.floor(drawFor(trial, HELD_OUT, key) * own.length);
    const kept = own.filter((_, i) => i !== at);
    known.add(kept);
    return at === -1 ? [] : [{ known: kept, item: own[at] ?? 0 }];
  });
  const training = known.build();
  return chosen(trial, (candidate) => {
    const fitted = fitAls(training, { ...common, ...candidate }, circumstances);
    return hiddenItemGain(fitted, hidden);
  });
}

function drawFor({ common }: Trial, purpose: string, key: string): number {
  return uniformsOf(common.seed, purpose, key)(0);
}

function chosen({ candidates, onCandidate }: Trial, score: (candidate: AlsCandidate) => number): AlsChoice {
  const scores = candidates.map((candidate, i) => {
    const value = score(candidate);
    onCandidate?.(i + 1);
    return value;
  });
  const best = bestOf(candidates, scores) ?? candidates[0];
  if (best === undefined) throw new RangeError('there is no candidate to choose from');
  return { best, scores };
}

/** One row for each user of a sample. */
function individualRows(sample: readonly SampledRow[], items: number): Interactions {
  const starts = new Uint32Array(sample.length + 1);
  for (const [user, { items: own }] of sample.entries()) starts[user + 1] = (starts[user] ?? 0) + own.length;
  return {
    users: sample.length,
    items,
    starts,
    itemOf: Uint32Array.from(sample.flatMap(({ items: own }) => own)),
  };
}
