import type { Metric } from '../domain/model-records.ts';
import type { ModelKind } from '../models/model-kind.ts';

/** Whether something may go on, and if not, why and what can be done about it. */
export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

export const ACCEPTED: Verdict = { accepted: true };

export function refused(reason: string): Verdict {
  return { accepted: false, reason };
}

/** What is known of the version that a new one would replace: the figures in its manifest. */
export type PreviousFigures = ReadonlyMap<string, number>;

/**
 * Turns the state of one moment into a model. Pure: the same context gives the same model, whatever the order in
 * which clients came. `C` is what a product's trainers see; all trainers of one run see the same context.
 */
export interface Trainer<M, C> {
  readonly kind: ModelKind<M>;
  /** Whether there is anything to train on. Asked before `train`. */
  check(context: C): Verdict;
  train(context: C): M;
  /** Figures for the manifest; `items` is the number of things that the model knows. */
  measure(model: M): readonly Metric[];
  /** Whether the model may replace the previous one. Snapshots are checked for non-finite numbers elsewhere. */
  accept(next: M, previous: PreviousFigures | undefined): Verdict;
}

/** A new model may lose at most half of what the previous one knew: more is a broken input, not a changed world. */
export const MAX_SHRINK_SHARE = 0.5;

/** Refuses a model that knows nothing, or less than half of what the one before knew. `force` allows the latter. */
export function acceptSize(items: number, previous: PreviousFigures | undefined): Verdict {
  if (items === 0) return refused('the model is empty');
  const before = previous?.get('items') ?? 0;
  if (items >= before * MAX_SHRINK_SHARE) return ACCEPTED;
  return refused(
    `the model knows ${items} add-ons where the previous one knew ${before}; at most half may be lost at once ` +
      '(train with force if this is meant)',
  );
}

/** Deletions of a smaller share of the clients than this do not explain why half of a model is gone. */
export const MIN_DELETED_SHARE = 0.1;

/** How many clients there were, are, and were deleted in between. */
export interface ClientLoss {
  readonly before: number;
  readonly now: number;
  readonly deleted: number;
}

/**
 * True where clients are missing because many were deleted, and no more than half of the others with them. Then what
 * a model lost is theirs, and must go: refusing it would keep them in the version that serves.
 */
export function isLossOfTheDeleted({ before, now, deleted }: ClientLoss): boolean {
  return deleted > 0 && deleted >= before * MIN_DELETED_SHARE && now >= (before - deleted) * MAX_SHRINK_SHARE;
}
