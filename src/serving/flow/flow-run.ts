import type { Guard, Source } from './component.ts';
import type { FlowFailure } from './flow-spec.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { Query } from './query.ts';
import { StageLog } from './stage-log.ts';
import type { Timers } from './timers.ts';
import type { GuardFired, StageName } from './trace.ts';
import { type Stopwatch, Watch } from './watch.ts';

const NOTHING: EntryList = new Int32Array(0);

/** A list after a step that ranks, for the trail of what is served. */
interface Mark {
  readonly name: string;
  readonly list: EntryList;
}

/** What one run of a flow has come to. */
export class FlowRun<S> {
  readonly query: Query<S>;
  /** All sources of the flow, those in order too. */
  readonly sources: readonly Source<S>[];
  readonly watch: Watch;
  readonly log: StageLog;
  readonly pool: CandidatePool;
  list: EntryList = NOTHING;
  ineligible: string | undefined;
  failure: FlowFailure | undefined;
  readonly marks: Mark[] = [];
  readonly refusals = { preFilter: new Map<string, number>(), validate: new Map<string, number>() };
  batches = 0;
  validated = 0;
  /** Per source, in their order; undefined where the run did not come so far. */
  fetched: Int32Array | undefined;
  filtered: Int32Array | undefined;
  ranked: Int32Array | undefined;
  readonly #fired = new Map<string, GuardFired>();

  /** @param pool is empty, and of no other run. */
  constructor(
    query: Query<S>,
    sources: readonly Source<S>[],
    clock: Stopwatch,
    timers: Timers,
    pool: CandidatePool,
  ) {
    this.query = query;
    this.pool = pool;
    this.sources = sources;
    this.log = new StageLog(clock);
    this.watch = new Watch(clock, timers, query.signal, (guard, kind, error, used) => {
      this.fire(guard, kind, error, used);
    });
  }

  get aborted(): boolean {
    return this.query.signal?.aborted === true;
  }

  /** Nothing more is started. */
  get stopped(): boolean {
    return this.failure !== undefined || this.ineligible !== undefined || this.aborted;
  }

  /** Notes that a guard fired; it fails the flow if that is its policy, unless what came late was `used`. */
  fire(guard: Guard, kind: 'timeout' | 'error', error: unknown, used = false): void {
    const key = `${guard.name}/${kind}`;
    const times = (this.#fired.get(key)?.times ?? 0) + 1;
    this.#fired.set(key, { component: guard.name, kind, times });
    if (guard.onFailure !== 'failFlow' || used) return;
    this.failure ??= { stage: this.log.current, component: guard.name, error };
  }

  get guards(): readonly GuardFired[] {
    return [...this.#fired.values()];
  }

  refuse(stage: 'preFilter' | 'validate', reason: string, entries = 1): void {
    const refusals = this.refusals[stage];
    refusals.set(reason, (refusals.get(reason) ?? 0) + entries);
  }

  /** Counts an entry that the filters refused against its source. */
  dropFiltered(entry: number): void {
    const source = this.pool.source[entry] ?? 0;
    if (this.filtered !== undefined) this.filtered[source] = (this.filtered[source] ?? 0) - 1;
  }

  begin(stage: StageName): void {
    this.log.begin(stage);
  }

  /** Ends the running stage; what stopped goes on with nothing. */
  end(into: number): void {
    if (this.stopped) this.list = NOTHING;
    this.log.end(into, this.list.length, this.failure?.component);
  }

  /** Candidates of the list by their (first) source. */
  countSources(): Int32Array {
    const counts = new Int32Array(this.sources.length);
    const { source } = this.pool;
    for (let i = 0; i < this.list.length; i++) {
      const at = source[this.list[i] ?? 0] ?? 0;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return counts;
  }
}
