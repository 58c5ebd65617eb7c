import { STAGE_NAMES, type StageName, type StageTrace } from './trace.ts';
import type { Stopwatch } from './watch.ts';

const NOT_REACHED: StageTrace = { in: 0, out: 0, ms: 0 };

/** Candidates in and out of each stage, and its time. */
export class StageLog {
  readonly #clock: Stopwatch;
  readonly #stages: Record<StageName, StageTrace> = {
    eligibility: NOT_REACHED,
    sources: NOT_REACHED,
    preFilter: NOT_REACHED,
    rank: NOT_REACHED,
    postRank: NOT_REACHED,
    validate: NOT_REACHED,
    finish: NOT_REACHED,
  };
  readonly startedAt: number;
  #since: number;
  #current: StageName = STAGE_NAMES[0];

  constructor(clock: Stopwatch) {
    this.#clock = clock;
    this.startedAt = clock();
    this.#since = this.startedAt;
  }

  /** The stage that runs. */
  get current(): StageName {
    return this.#current;
  }

  /** A stage starts where the one before it ended. */
  begin(stage: StageName): void {
    this.#current = stage;
  }

  /** The running stage ended; `error` names the component that failed the flow. */
  end(into: number, out: number, error: string | undefined): void {
    const now = this.#clock();
    const ms = now - this.#since;
    this.#since = now;
    this.#stages[this.#current] = error === undefined ? { in: into, out, ms } : { in: into, out, ms, error };
  }

  /** Milliseconds from the start to the end of the last stage. */
  get ms(): number {
    return this.#since - this.startedAt;
  }

  get stages(): Readonly<Record<StageName, StageTrace>> {
    return this.#stages;
  }
}
