import type { EpochMs } from '../../domain/clock.ts';
import type { Served } from './served.ts';

export const STAGE_NAMES = [
  'eligibility',
  'sources',
  'preFilter',
  'rank',
  'postRank',
  'validate',
  'finish',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** Candidates in and out of a stage and the time it took; zeros where it was not reached. */
export interface StageTrace {
  readonly in: number;
  readonly out: number;
  readonly ms: number;
  /** The component that failed the flow in this stage. */
  readonly error?: string;
}

/** How many candidates of one source were left after each part; sums equal those of the stages. */
export interface SourceCounts {
  readonly fetched: number;
  readonly filtered: number;
  readonly ranked: number;
  readonly served: number;
}

/** A guard that fired, and how often in this run. */
export interface GuardFired {
  readonly component: string;
  readonly kind: 'timeout' | 'error';
  readonly times: number;
}

/** `ineligible`, `failed` and `aborted` answer with nothing. */
export type FlowOutcome = 'answered' | 'ineligible' | 'failed' | 'aborted';

/** What one run did; complete however it ended. */
export interface FlowTrace {
  readonly flow: string;
  readonly requestId: string;
  readonly at: EpochMs;
  readonly ms: number;
  readonly quality: number;
  readonly outcome: FlowOutcome;
  /** Why the flow did not answer at all. */
  readonly ineligible: string | undefined;
  readonly stages: Readonly<Record<StageName, StageTrace>>;
  /** By source name, all sources of the flow. */
  readonly bySource: Readonly<Record<string, SourceCounts>>;
  /** Reason to number of candidates; validators may give one candidate several. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly validationBatches: number;
  readonly validated: number;
  readonly guards: readonly GuardFired[];
  readonly served: readonly Served[];
}
