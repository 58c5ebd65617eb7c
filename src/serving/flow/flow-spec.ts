import type {
  Eligibility,
  Eventually,
  Filter,
  ItemFilter,
  OrderedSources,
  SideEffect,
  Source,
  Step,
  Validator,
} from './component.ts';
import type { ParamDef } from './param.ts';
import type { QualityConfig } from './quality.ts';
import type { Question } from './query.ts';
import type { Served } from './served.ts';
import type { FlowTrace, StageName } from './trace.ts';

/** A flow as data: what differs between products. */
export interface FlowSpec<S> {
  readonly id: string;
  readonly eligible: Eligibility<S>;
  /** Asked together; their candidates follow one another in this order. */
  readonly sources: readonly (Source<S> | OrderedSources<S>)[];
  /** One after another on what is left; the first refusal names the reason. */
  readonly preFilters: readonly (Filter<S> | ItemFilter<S>)[];
  /** Blend, truncate, score, fatigue. */
  readonly rank: readonly Step<S>[];
  /** Doubles, drawing. */
  readonly postRank: readonly Step<S>[];
  /** All together for each batch, reasons united, until there is enough. */
  readonly validators: readonly Validator<S>[];
  /** Decoration of what is served. */
  readonly finish: readonly Step<S>[];
  readonly results: { readonly count: ParamDef<number>; readonly batch: ParamDef<number> };
  readonly quality?: QualityConfig | undefined;
  readonly sideEffects: readonly SideEffect<S>[];
}

/** Which component failed the flow, where, and with what. */
export interface FlowFailure {
  readonly stage: StageName;
  readonly component: string;
  readonly error: unknown;
}

export interface FlowResult {
  readonly items: readonly Served[];
  readonly trace: FlowTrace;
  /** Set only by a component whose policy is `failFlow`. */
  readonly failure: FlowFailure | undefined;
}

/** Runs a flow; see flow.ts. At once where no component made it wait. Neither throws nor rejects. */
export type RunFlow<S> = (question: Question<S>) => Eventually<FlowResult>;
