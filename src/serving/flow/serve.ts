import type { Guard } from './component.ts';
import type { FlowRun } from './flow-run.ts';
import { NONE } from './pool.ts';
import type { Reason } from './reason.ts';
import type { Served, SourceShare } from './served.ts';

/** What fails here is one item or one reason, never the answer. */
const SERVE: Guard = { name: 'serve', onFailure: 'dropItem' };

/** Makes the objects of what is served. */
export function serve<S>(run: FlowRun<S>): readonly Served[] {
  const served: Served[] = [];
  for (const entry of run.list) {
    try {
      served.push(servedOf(run, entry));
    } catch (error) {
      run.fire(SERVE, 'error', error);
    }
  }
  return served;
}

function servedOf<S>(run: FlowRun<S>, entry: number): Served {
  const { pool, sources, query } = run;
  const item = pool.item[entry] ?? NONE;
  const shares: Record<string, SourceShare> = {};
  const reasons: Reason[] = [...pool.reasonsOf(entry)];
  for (let at = entry; at !== NONE; at = pool.mergedInto(at)) {
    const source = sources[pool.source[at] ?? NONE];
    if (source === undefined || source.name in shares) continue;
    shares[source.name] = { score: scoreOf(pool.sourceScore, at), rank: rankOf(pool.rank, at) };
    const reason = explanationOf(run, source, item);
    if (reason !== undefined) reasons.push(reason);
  }
  return {
    id: query.items.idOf(item),
    item,
    score: scoreOf(pool.score, entry),
    probability: pool.probabilityOf(entry),
    primarySource: sources[pool.source[entry] ?? NONE]?.name ?? '',
    sources: shares,
    reasons,
    trail: trailOf(run, entry),
  };
}

function scoreOf(scores: Float64Array, entry: number): number | null {
  const score = scores[entry] ?? Number.NaN;
  return Number.isNaN(score) ? null : score;
}

function rankOf(ranks: Int32Array, entry: number): number | null {
  const rank = ranks[entry] ?? NONE;
  return rank === NONE ? null : rank;
}

function explanationOf<S>(
  run: FlowRun<S>,
  source: FlowRun<S>['sources'][number],
  item: number,
): Reason | undefined {
  try {
    return source.explain?.(run.query, item);
  } catch (error) {
    run.fire({ name: source.name, onFailure: 'empty' }, 'error', error);
    return undefined;
  }
}

function trailOf<S>(run: FlowRun<S>, entry: number): Readonly<Record<string, number>> {
  const trail: Record<string, number> = {};
  for (const { name, list } of run.marks) {
    const place = list.indexOf(entry);
    if (place >= 0) trail[name] = place;
  }
  return trail;
}
