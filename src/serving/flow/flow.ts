import type { Eventually, Source } from './component.ts';
import { drive, type Work } from './drive.ts';
import { FlowReport, traceOf } from './flow-report.ts';
import { FlowRun } from './flow-run.ts';
import type { FlowResult, FlowSpec, RunFlow } from './flow-spec.ts';
import { CandidatePool } from './pool.ts';
import { LatencyQuality, type Quality } from './quality.ts';
import type { Question } from './query.ts';
import { runFilters } from './run-filters.ts';
import { runSources } from './run-sources.ts';
import { runSteps } from './run-steps.ts';
import { runValidation } from './run-validation.ts';
import { serve } from './serve.ts';
import type { Stats } from './stats.ts';
import { PROCESS_TIMERS, type Timers } from './timers.ts';
import type { FlowTrace } from './trace.ts';
import type { Stopwatch } from './watch.ts';

/** What the candidates of a flow are said to be refused for when its eligibility could not be told. */
export const ELIGIBILITY_FAILED = 'eligibility-failed';

/** Quality of a flow that does not follow latency. */
const FULL_QUALITY = 1;

export interface FlowTools {
  readonly stats: Stats;
  /** Milliseconds that never go back. */
  readonly stopwatch: Stopwatch;
  readonly timers?: Timers;
}

/** One flow, ready to run. */
export class Flow<S> {
  readonly spec: FlowSpec<S>;
  readonly #sources: readonly Source<S>[];
  readonly #stopwatch: Stopwatch;
  readonly #timers: Timers;
  readonly #report: FlowReport;
  readonly #quality: Quality | undefined;
  /** Empty ones; more than one where a component of the flow asks the flow. */
  readonly #pools: CandidatePool[] = [];

  /** Throws RangeError where two components have one name: neither could be told from the other in a trace. */
  constructor(spec: FlowSpec<S>, { stats, stopwatch, timers = PROCESS_TIMERS }: FlowTools) {
    this.spec = spec;
    this.#sources = spec.sources.flatMap((group) => ('ordered' in group ? group.ordered : [group]));
    refuseDoubles(spec, this.#sources);
    this.#stopwatch = stopwatch;
    this.#timers = timers;
    this.#report = new FlowReport(
      stats,
      spec.id,
      this.#sources.map(({ name }) => name),
    );
    this.#quality = spec.quality && new LatencyQuality(spec.quality, stopwatch());
  }

  /** Share of the full work that an answer gets now. */
  get quality(): number {
    return this.#quality?.value ?? FULL_QUALITY;
  }

  /** Answers one question. Neither throws nor rejects; at once where no component made it wait. */
  readonly run: RunFlow<S> = (question: Question<S>): Eventually<FlowResult> => {
    const { quality } = this;
    const { requestId, placement, maxResults, params, state, items, uniforms, now, signal } = question;
    const query = { requestId, placement, maxResults, params, state, items, uniforms, now, signal, quality };
    const pool = this.#pools.pop() ?? new CandidatePool();
    const run = new FlowRun(query, this.#sources, this.#stopwatch, this.#timers, pool);
    const result = drive(this.#stages(run));
    // One that had to wait is not used again: a component that was late may still write to it.
    if (!(result instanceof Promise)) {
      pool.clear();
      this.#pools.push(pool);
    }
    return result;
  };

  *#stages(run: FlowRun<S>): Work<FlowResult> {
    const { spec } = this;
    this.#checkEligibility(run);
    if (!run.stopped) {
      yield* runSources(run, spec.sources);
      runFilters(run, spec.preFilters);
      yield* runSteps(run, 'rank', spec.rank);
      yield* runSteps(run, 'postRank', spec.postRank);
      const { params, maxResults } = run.query;
      const need = Math.max(0, maxResults ?? params.get(spec.results.count));
      yield* runValidation(run, spec.validators, need, Math.max(1, params.get(spec.results.batch)));
      yield* runSteps(run, 'finish', spec.finish);
    }
    return this.#finish(run);
  }

  #checkEligibility(run: FlowRun<S>): void {
    run.begin('eligibility');
    if (!run.aborted) {
      let checked = false;
      run.watch.call(
        this.spec.eligible,
        () => {
          run.ineligible = this.spec.eligible.check(run.query);
          checked = true;
        },
        () => {},
      );
      if (!checked && run.failure === undefined) run.ineligible = ELIGIBILITY_FAILED;
    }
    run.end(0);
  }

  #finish(run: FlowRun<S>): FlowResult {
    const items = run.stopped ? [] : serve(run);
    const trace = traceOf(this.spec.id, run, items);
    this.#report.count(trace, run);
    if (!run.aborted) this.#quality?.observe(trace.ms, run.failure !== undefined, this.#stopwatch());
    if (trace.outcome === 'answered') this.#runSideEffects(run, trace);
    return { items, trace, failure: run.failure };
  }

  #runSideEffects({ query }: FlowRun<S>, trace: FlowTrace): void {
    for (const { name, run } of this.spec.sideEffects) {
      const failed = () => this.#report.sideEffectFailed(name);
      try {
        const later = run(query, trace);
        if (later instanceof Promise) later.catch(failed);
      } catch {
        failed();
      }
    }
  }
}

function refuseDoubles<S>(spec: FlowSpec<S>, sources: readonly Source<S>[]): void {
  const { preFilters, rank, postRank, validators, finish, sideEffects } = spec;
  const seen = new Set<string>();
  const all = [sources, preFilters, rank, postRank, validators, finish, sideEffects];
  for (const { name } of [spec.eligible, ...all.flat()]) {
    if (seen.has(name)) throw new RangeError(`the flow ${spec.id} has two components named ${name}`);
    seen.add(name);
  }
}
