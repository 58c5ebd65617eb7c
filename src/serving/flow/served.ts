import type { Reason } from './reason.ts';

/** What one source said about a served item. */
export interface SourceShare {
  /** Null: the source gives no scores. */
  readonly score: number | null;
  /** From 0. Null: the source gave no order. */
  readonly rank: number | null;
}

/** One item of an answer: the only candidates that become objects. */
export interface Served {
  readonly id: string;
  readonly item: number;
  readonly score: number | null;
  /** With which probability a draw chose it at its place; null where nothing was drawn. */
  readonly probability: number | null;
  readonly primarySource: string;
  readonly sources: Readonly<Record<string, SourceShare>>;
  readonly reasons: readonly Reason[];
  /** Its place, from 0, after each ranking step that kept it. */
  readonly trail: Readonly<Record<string, number>>;
}
