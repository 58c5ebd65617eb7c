import type { Interactions } from './interactions.ts';
import { transposed } from './transposed.ts';

/**
 * One half-step of alternating least squares: destination d is solved from the sources from `starts[d]` to
 * `starts[d + 1]` of `sourceOf`. An entry that stands twice counts twice.
 */
export interface Side {
  readonly destinations: number;
  readonly sources: number;
  readonly starts: Uint32Array;
  readonly sourceOf: Uint32Array;
  /** How often each source counts; undefined: once. */
  readonly weights: Float64Array | undefined;
}

/** Both half-steps of the same interactions, in the order in which they are taken. */
export interface Sides {
  /** Items from users, who count as often as their multiplicity says. */
  readonly items: Side;
  /** Users from items. Equal users have equal solutions, so here multiplicity plays no part. */
  readonly users: Side;
}

export function sidesOf(interactions: Interactions): Sides {
  const { users, items, starts, itemOf, multiplicity } = interactions;
  const byItem = transposed(interactions);
  return {
    items: {
      destinations: items,
      sources: users,
      starts: byItem.starts,
      sourceOf: byItem.itemOf,
      weights: multiplicity,
    },
    users: { destinations: users, sources: items, starts, sourceOf: itemOf, weights: undefined },
  };
}

/** How many entries each destination has, with the weights of their sources. */
export function countsOf({ destinations, starts, sourceOf, weights }: Side): Float64Array {
  const counts = new Float64Array(destinations);
  for (let d = 0; d < destinations; d++) {
    const [from, to] = [starts[d] ?? 0, starts[d + 1] ?? 0];
    let count = to - from;
    if (weights !== undefined) {
      count = 0;
      for (let i = from; i < to; i++) count += weights[sourceOf[i] ?? 0] ?? 0;
    }
    counts[d] = count;
  }
  return counts;
}

/** How many entries a destination could have: one of each source, as often as that counts. */
export function possibleOf({ sources, weights }: Side): number {
  return weights === undefined ? sources : weights.reduce((sum, weight) => sum + weight, 0);
}
