import { uniformsOf } from '../../domain/random.ts';
import { rowOf } from './distinct-rows.ts';
import type { Interactions } from './interactions.ts';
import { setKeysOf } from './set-keys.ts';

/** One user of a sample: what they have, and a name that other draws for them may be keyed by. */
export interface SampledRow {
  readonly items: readonly number[];
  readonly key: string;
}

/**
 * About `size` users, or all where there are no more, each drawn for itself: by its set of items and which of the users
 * with the same set it is, since nothing else is known of anybody. So a user that is left out changes nobody else's draw
 * (but by how much of all the sample is).
 */
export function sampleRows(
  interactions: Interactions,
  {
    size,
    seed,
    itemKeys,
  }: { readonly size: number; readonly seed: number; readonly itemKeys?: readonly string[] },
): SampledRow[] {
  const { users, multiplicity } = interactions;
  const keyOf = setKeysOf(interactions, itemKeys);
  const all = multiplicity?.reduce((sum, count) => sum + count, 0) ?? users;
  const share = size / all;
  const rows: SampledRow[] = [];
  for (let user = 0; user < users; user++) {
    const set = keyOf(user);
    const uniforms = uniformsOf(seed, 'row-sample', set);
    for (let ordinal = 0; ordinal < (multiplicity?.[user] ?? 1); ordinal++) {
      if (uniforms(ordinal) < share)
        rows.push({ items: rowOf(interactions, user), key: `${set}#${ordinal}` });
    }
  }
  return rows;
}
