import { GramRows } from './gram.ts';
import type { Interactions } from './interactions.ts';
import { itemCountsOf } from './item-counts.ts';
import { topK } from './top-k.ts';

/** How neighbours are found. */
export interface NeighbourParameters {
  /** How many an item has at most. */
  readonly neighbours: number;
  /** Added to the divisor of each cosine, so that a few users alone make nothing similar. */
  readonly shrink: number;
}

/** What having an item says for others, where it is one of the items most like them. */
export interface NeighbourModel {
  readonly items: number;
  /** Item i speaks for the items from `starts[i]` to `starts[i + 1]`, ascending. */
  readonly starts: Uint32Array;
  readonly targetOf: Uint32Array;
  readonly similarities: Float64Array;
  /** Writes for every item the sum of similarities of those among its neighbours that the user has. */
  score(own: Uint32Array, into: Float64Array): void;
}

/**
 * Finds each item's nearest ones. Similarity is the number of users who have both, divided by the root of the product
 * of the users of each, plus `shrink`. Users count by their multiplicity; items that nobody has together are no
 * neighbours; of equally similar ones the first are taken.
 */
export function fitNeighbours(interactions: Interactions, parameters: NeighbourParameters): NeighbourModel {
  return new SpokenFor(interactions.items, nearestOf(interactions, parameters));
}

/** The nearest of each item: those of item i from `starts[i]` to `starts[i + 1]`. */
interface Nearest {
  readonly starts: Uint32Array;
  readonly sourceOf: readonly number[];
  readonly similarities: readonly number[];
}

function nearestOf(interactions: Interactions, { neighbours, shrink }: NeighbourParameters): Nearest {
  const { items } = interactions;
  const gram = new GramRows(interactions);
  const counts = itemCountsOf(interactions);
  const row = new Float64Array(items);
  const best = new Uint32Array(neighbours);
  const starts = new Uint32Array(items + 1);
  const [sourceOf, similarities]: [number[], number[]] = [[], []];
  for (let i = 0; i < items; i++) {
    gram.row(i, row);
    toSimilarities(row, i, counts, shrink);
    const count = topK(row, neighbours, best);
    for (let place = 0; place < count; place++) {
      const j = best[place] ?? 0;
      sourceOf.push(j);
      similarities.push(row[j] ?? 0);
    }
    starts[i + 1] = sourceOf.length;
  }
  return { starts, sourceOf, similarities };
}

function toSimilarities(row: Float64Array, i: number, counts: Float64Array, shrink: number): void {
  for (let j = 0; j < row.length; j++) {
    const both = row[j] ?? 0;
    if (both === 0 || i === j) row[j] = Number.NEGATIVE_INFINITY;
    else row[j] = both / (Math.sqrt((counts[i] ?? 0) * (counts[j] ?? 0)) + shrink);
  }
}

/** Turned round: for whom each item speaks. */
class SpokenFor implements NeighbourModel {
  readonly items: number;
  readonly starts: Uint32Array;
  readonly targetOf: Uint32Array;
  readonly similarities: Float64Array;

  constructor(items: number, { starts, sourceOf, similarities }: Nearest) {
    this.items = items;
    this.starts = new Uint32Array(items + 1);
    this.targetOf = new Uint32Array(sourceOf.length);
    this.similarities = new Float64Array(sourceOf.length);
    for (const source of sourceOf) this.starts[source + 1] = (this.starts[source + 1] ?? 0) + 1;
    for (let i = 0; i < items; i++) this.starts[i + 1] = (this.starts[i + 1] ?? 0) + (this.starts[i] ?? 0);
    const next = this.starts.slice();
    for (let target = 0; target < items; target++) {
      for (let at = starts[target] ?? 0; at < (starts[target + 1] ?? 0); at++) {
        const source = sourceOf[at] ?? 0;
        const place = next[source] ?? 0;
        this.targetOf[place] = target;
        this.similarities[place] = similarities[at] ?? 0;
        next[source] = place + 1;
      }
    }
  }

  score(own: Uint32Array, into: Float64Array): void {
    const { starts, targetOf, similarities } = this;
    into.fill(0, 0, this.items);
    for (const item of own) {
      const end = starts[item + 1] ?? 0;
      for (let at = starts[item] ?? 0; at < end; at++) {
        const target = targetOf[at] ?? 0;
        into[target] = (into[target] ?? 0) + (similarities[at] ?? 0);
      }
    }
  }
}
