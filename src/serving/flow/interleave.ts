import type { Gate, Source, Step } from './component.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { Query, UniformSource } from './query.ts';
import { noShuffle, type Shuffler } from './shuffler.ts';

/** The candidates of one source, in its order, and how much of the list is its due. */
export interface Group {
  readonly list: EntryList;
  readonly weight: number;
}

/** Makes one list of several; groups of weight 0 or less are left out. */
export type Blend = (groups: readonly Group[], uniforms: UniformSource) => EntryList;

/** Each place goes to a group drawn by weight among those that have candidates left, and to the next of them. */
export const weightedInterleave: Blend = (groups, uniforms) => {
  const { open, blended } = start(groups);
  const next = open.map(() => 0);
  for (let count = 0; count < blended.length; count++) {
    const at = drawGroup(open, uniforms());
    const group = open[at];
    const place = next[at] ?? 0;
    blended[count] = group?.list[place] ?? 0;
    next[at] = place + 1;
    if (place + 1 === group?.list.length) {
      open.splice(at, 1);
      next.splice(at, 1);
    }
  }
  return blended;
};

/** As many from a group as its weight, then the next group; where one ran out, again from the first of the others. */
export const roundRobin: Blend = (groups) => {
  const { open, blended } = start(groups);
  const next = open.map(() => 0);
  let at = 0;
  let inTurn = 0;
  for (let count = 0; count < blended.length; ) {
    const group = open[at];
    const place = next[at] ?? 0;
    const value = group?.list[place];
    if (group === undefined || value === undefined) {
      open.splice(at, 1);
      next.splice(at, 1);
      at = 0;
      inTurn = 0;
      continue;
    }
    blended[count++] = value;
    next[at] = place + 1;
    inTurn++;
    if (inTurn >= group.weight) {
      at = (at + 1) % open.length;
      inTurn = 0;
    }
  }
  return blended;
};

function start(groups: readonly Group[]): { open: Group[]; blended: Int32Array } {
  const open = groups.filter(({ list, weight }) => weight > 0 && list.length > 0);
  return { open, blended: new Int32Array(open.reduce((sum, { list }) => sum + list.length, 0)) };
}

function drawGroup(open: readonly Group[], uniform: number): number {
  let rest = uniform * open.reduce((sum, { weight }) => sum + weight, 0);
  for (const [at, { weight }] of open.entries()) {
    if (rest < weight) return at;
    rest -= weight;
  }
  return open.length - 1;
}

/** The entries of a list by source, their order kept. */
export function bySource(pool: CandidatePool, list: EntryList, sources: number): EntryList[] {
  const counts = new Int32Array(sources);
  for (let i = 0; i < list.length; i++) {
    const source = pool.source[list[i] ?? 0] ?? 0;
    counts[source] = (counts[source] ?? 0) + 1;
  }
  const groups = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    const source = pool.source[entry] ?? 0;
    const group = groups[source];
    if (group === undefined) continue;
    const place = counts[source] ?? 0;
    counts[source] = place + 1;
    group[place] = entry;
  }
  return groups;
}

export interface BlendOptions<S> {
  /** All sources of the flow, in its order: their weights are those of the blend. */
  readonly sources: readonly Source<S>[];
  readonly blend?: Blend;
  /** Chosen for each request, so that a param can switch it. */
  readonly shuffler?: (query: Query<S>) => Shuffler;
  readonly when?: Gate<S>;
}

/** Blends sources whose scores cannot be compared, by their weights; by default drawn. Doubles stay. */
export function blendStep<S>(options: BlendOptions<S>, name = 'blend'): Step<S> {
  const { sources, blend = weightedInterleave, shuffler, when } = options;
  return {
    name,
    when,
    onFailure: 'passThrough',
    apply(query, pool, list) {
      const shuffle = shuffler?.(query) ?? noShuffle;
      const groups = bySource(pool, list, sources.length).map((group, i) => {
        const weight = sources[i]?.weight;
        return {
          list: shuffle(group, query.uniforms),
          weight: weight === undefined ? 1 : query.params.get(weight),
        };
      });
      return blend(groups, query.uniforms);
    },
  };
}
