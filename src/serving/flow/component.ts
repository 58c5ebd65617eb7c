import type { ItemMarks } from './item-marks.ts';
import type { ParamDef } from './param.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { Query } from './query.ts';
import type { Reason } from './reason.ts';
import type { FlowTrace } from './trace.ts';

/** At once, or later. What answers at once costs no timer and no turn of the event loop. */
export type Eventually<T> = T | Promise<T>;

/**
 * What happens when a component throws, rejects or is late. `failFlow` is the only way to fail an answer.
 * `empty`: as if it had given nothing; `passThrough`: its input goes on; `dropItem`, `keepItem`: for each item.
 */
export type OnFailure = 'empty' | 'passThrough' | 'dropItem' | 'keepItem' | 'failFlow';

/** How a component is watched. The runner applies it and counts `guard/<name>/<timeout|error>`. */
export interface Guard<F extends OnFailure = OnFailure> {
  /** Unique in a flow; a metric name, so never taken from a request. */
  readonly name: string;
  /** Milliseconds; undefined: as long as it takes. What answers at once but late is counted, and used. */
  readonly budgetMs?: number | undefined;
  readonly onFailure: F;
}

/** Is a component used for this request? */
export type Gate<S> = (query: Query<S>) => boolean;

/** Whether the flow answers at all: a reason why not, or undefined. `empty`: a failure is a refusal. */
export interface Eligibility<S> extends Guard<'empty' | 'failFlow'> {
  check(query: Query<S>): string | undefined;
}

/**
 * The first `count` of each column. Best first, unless `unordered`. A missing or NaN score: the source has none. They
 * are copied as soon as they are given, so they may be memory that the source uses again.
 */
export interface SourceList {
  readonly items: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly count: number;
  /** Its places say nothing; for flows whose ranking steps go by scores. */
  readonly unordered?: boolean;
}

export interface Source<S> extends Guard<'empty' | 'failFlow'> {
  /** 0 or less: the source is not called. Undefined: 1. */
  readonly weight?: ParamDef<number> | undefined;
  readonly when?: Gate<S> | undefined;
  fetch(query: Query<S>): Eventually<SourceList>;
  /** Why the source gave an item; asked only for what is served. A failure gives no reason, and is counted. */
  explain?(query: Query<S>, item: number): Reason | undefined;
}

/** Sources of which each is asked only if those before it gave nothing: the first that can. */
export interface OrderedSources<S> {
  readonly ordered: readonly Source<S>[];
}

/** A cheap check of single candidates before ranking. */
export interface Filter<S> extends Guard<'dropItem' | 'keepItem' | 'failFlow'> {
  readonly when?: Gate<S> | undefined;
  /** The reason to refuse a candidate (a metric name, never from a request), or undefined. */
  check(query: Query<S>, pool: CandidatePool, entry: number): string | undefined;
}

/** A filter that looks at nothing but the item of a candidate: it names all items that it refuses at once. */
export interface ItemFilter<S> extends Guard<'dropItem' | 'keepItem' | 'failFlow'> {
  readonly when?: Gate<S> | undefined;
  /** A metric name. */
  readonly reason: string;
  refused(query: Query<S>): ItemMarks;
}

/** The reasons against each candidate of a batch, undefined or empty: none. Undefined: nothing against any. */
export type Verdicts = readonly (readonly string[] | undefined)[] | undefined;

/** A dear check after ranking, of only as many batches as an answer needs. */
export interface Validator<S> extends Guard<'dropItem' | 'keepItem' | 'failFlow'> {
  readonly when?: Gate<S> | undefined;
  check(query: Query<S>, pool: CandidatePool, batch: EntryList): Eventually<Verdicts>;
}

/** List to list: blend, truncate, score, drop doubles, draw, decorate. One that was late must write to the pool no more. */
export interface Step<S> extends Guard<'passThrough' | 'empty' | 'failFlow'> {
  readonly when?: Gate<S> | undefined;
  apply(query: Query<S>, pool: CandidatePool, list: EntryList): Eventually<EntryList>;
}

/** Runs after an answer; never awaited, never fatal, not run where the flow did not answer. */
export interface SideEffect<S> {
  readonly name: string;
  run(query: Query<S>, trace: FlowTrace): Eventually<void>;
}
