import type { FlowRun } from './flow-run.ts';
import type { Served } from './served.ts';
import type { Stats } from './stats.ts';
import { type FlowOutcome, type FlowTrace, type SourceCounts, STAGE_NAMES } from './trace.ts';

const NOT_FETCHED: SourceCounts = { fetched: 0, filtered: 0, ranked: 0, served: 0 };

/** The trace of a run that ended, however it ended. */
export function traceOf<S>(flow: string, run: FlowRun<S>, served: readonly Served[]): FlowTrace {
  const { query, log } = run;
  return {
    flow,
    requestId: query.requestId,
    at: query.now,
    ms: log.ms,
    quality: query.quality,
    outcome: outcomeOf(run),
    ineligible: run.ineligible,
    stages: log.stages,
    bySource: bySourceOf(run),
    refusals: refusalsOf(run),
    validationBatches: run.batches,
    validated: run.validated,
    guards: run.guards,
    served,
  };
}

function outcomeOf<S>(run: FlowRun<S>): FlowOutcome {
  if (run.failure !== undefined) return 'failed';
  if (run.aborted) return 'aborted';
  return run.ineligible === undefined ? 'answered' : 'ineligible';
}

function bySourceOf<S>(run: FlowRun<S>): Readonly<Record<string, SourceCounts>> {
  const { fetched, filtered, ranked } = run;
  const served = run.stopped ? undefined : run.countSources();
  const counts: Record<string, SourceCounts> = {};
  for (const [i, { name }] of run.sources.entries()) {
    counts[name] =
      fetched === undefined
        ? NOT_FETCHED
        : {
            fetched: fetched[i] ?? 0,
            filtered: filtered?.[i] ?? 0,
            ranked: ranked?.[i] ?? 0,
            served: served?.[i] ?? 0,
          };
  }
  return counts;
}

function refusalsOf<S>({ refusals }: FlowRun<S>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const stage of [refusals.preFilter, refusals.validate]) {
    for (const [reason, count] of stage) counts[reason] = (counts[reason] ?? 0) + count;
  }
  return counts;
}

/** Counts finished runs of one flow. The scopes are made once: names are not joined for each request. */
export class FlowReport {
  readonly #outcome: Stats;
  readonly #in: Stats;
  readonly #out: Stats;
  readonly #ms: Stats;
  readonly #sources: ReadonlyMap<string, Stats>;
  readonly #preFilter: Stats;
  readonly #validate: Stats;
  readonly #guard: Stats;
  readonly #flow: Stats;

  constructor(stats: Stats, flow: string, sources: readonly string[]) {
    this.#flow = stats.scope(flow);
    this.#outcome = this.#flow.scope('outcome');
    this.#in = this.#flow.scope('in');
    this.#out = this.#flow.scope('out');
    this.#ms = this.#flow.scope('ms');
    this.#sources = new Map(sources.map((name) => [name, this.#flow.scope('source', name)]));
    this.#preFilter = this.#flow.scope('preFilter');
    this.#validate = this.#flow.scope('validate');
    this.#guard = this.#flow.scope('guard');
  }

  count<S>(trace: FlowTrace, { refusals }: FlowRun<S>): void {
    this.#outcome.count(trace.outcome);
    this.#ms.sample('overall', trace.ms);
    this.#flow.sample('quality', trace.quality);
    for (const stage of STAGE_NAMES) {
      const { in: into, out, ms } = trace.stages[stage];
      this.#ms.sample(stage, ms);
      if (into > 0) this.#in.count(stage, into);
      if (out > 0) this.#out.count(stage, out);
    }
    for (const [name, stats] of this.#sources) {
      const { fetched, filtered, ranked, served } = trace.bySource[name] ?? NOT_FETCHED;
      if (fetched === 0) stats.count('empty');
      else stats.count('fetched', fetched);
      if (filtered > 0) stats.count('filtered', filtered);
      if (ranked > 0) stats.count('ranked', ranked);
      if (served > 0) stats.count('served', served);
    }
    for (const [reason, count] of refusals.preFilter) this.#preFilter.count(reason, count);
    for (const [reason, count] of refusals.validate) this.#validate.count(reason, count);
    if (trace.validationBatches > 0) this.#flow.count('validationBatches', trace.validationBatches);
    for (const { component, kind, times } of trace.guards) this.#guard.count(`${component}/${kind}`, times);
  }

  /** A side effect threw or rejected. */
  sideEffectFailed(name: string): void {
    this.#guard.count(`${name}/error`);
  }
}
