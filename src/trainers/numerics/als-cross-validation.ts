import { predict } from './als.ts';
import type { AlsFactors } from './als-options.ts';
import type { Interactions } from './interactions.ts';

export type AnyAlsFactors = AlsFactors<Float32Array | Float64Array>;

/** The interactions with one fold left out, users and items numbered as before. */
export function withoutFold(interactions: Interactions, foldOf: Uint8Array, fold: number): Interactions {
  const { users, starts, itemOf } = interactions;
  const kept = new Uint32Array(users + 1);
  const items: number[] = [];
  for (let user = 0; user < users; user++) {
    for (let i = starts[user] ?? 0; i < (starts[user + 1] ?? 0); i++) {
      if (foldOf[i] !== fold) items.push(itemOf[i] ?? 0);
    }
    kept[user + 1] = items.length;
  }
  return { ...interactions, starts: kept, itemOf: Uint32Array.from(items) };
}

/**
 * For each fold the root of the mean squared difference between 1 and what is predicted for the fold's entries by
 * factors that were fitted without them (spec/taar-training.md section 9.5). Entries whose user or item has nothing
 * outside the fold are left out. NaN for a fold with no other entries.
 * @param foldOf the fold of each entry, below `folds`
 */
export function foldErrors(
  interactions: Interactions,
  foldOf: Uint8Array,
  folds: number,
  train: (training: Interactions) => AnyAlsFactors,
): number[] {
  return Array.from({ length: folds }, (_, fold) => {
    const training = withoutFold(interactions, foldOf, fold);
    return foldError(interactions, foldOf, fold, training, train(training));
  });
}

function foldError(
  { users, starts, itemOf }: Interactions,
  foldOf: Uint8Array,
  fold: number,
  training: Interactions,
  fitted: AnyAlsFactors,
): number {
  const known = new Uint8Array(training.items);
  for (const item of training.itemOf) known[item] = 1;
  let [squares, count] = [0, 0];
  for (let user = 0; user < users; user++) {
    if (training.starts[user] === training.starts[user + 1]) continue;
    for (let i = starts[user] ?? 0; i < (starts[user + 1] ?? 0); i++) {
      const item = itemOf[i] ?? 0;
      if (foldOf[i] !== fold || known[item] === 0) continue;
      squares += (1 - predict(fitted, user, item)) ** 2;
      count++;
    }
  }
  return Math.sqrt(squares / count);
}
