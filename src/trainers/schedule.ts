import { DAY_MS, type EpochMs, MINUTE_MS } from '../domain/clock.ts';
import { CHANGED_KEYS_LIMIT } from './changed-keys.ts';

/** What the decision to train hangs on. */
export interface TrainingSituation {
  readonly now: EpochMs;
  /** When the active set was trained; undefined where there is none. */
  readonly lastTrainedAt: EpochMs | undefined;
  /** When training last began, whatever came of it; undefined where it has not in this process. */
  readonly lastAttemptAt: EpochMs | undefined;
  /** Clients that the active set was trained on; before the first training, clients seen so far. */
  readonly profiles: number;
  /** Clients whose state changed since the active set was trained. */
  readonly changedSince: number;
  /** Deletions that the active set does not honour yet. */
  readonly erasuresWaiting: number;
  /** Add-ons in the catalogue: without any, nothing can be trained. */
  readonly listings: number;
}

export type TrainingReason = 'first' | 'erasure' | 'changes' | 'schedule';

export interface TrainingPace {
  /** A set is at most this old. */
  readonly maxAgeMs: number;
  /** Keeps a stream of deletions or changes from training without a pause. */
  readonly minIntervalMs: number;
  /** How long after a refused first attempt to look again: the first profiles are still coming in. */
  readonly firstRetryMs: number;
  /** The share of changed clients that is worth a training. */
  readonly changedShare: number;
  /** How often to look whether training is due. */
  readonly lookEveryMs: number;
}

export const DEFAULT_PACE: TrainingPace = {
  maxAgeMs: DAY_MS,
  minIntervalMs: 5 * MINUTE_MS,
  firstRetryMs: 5_000,
  changedShare: 0.01,
  lookEveryMs: 1_000,
};

/** Why to train now; undefined where there is no reason, or it is too early. */
export function trainingDue(
  situation: TrainingSituation,
  pace: TrainingPace = DEFAULT_PACE,
): TrainingReason | undefined {
  const { now, lastTrainedAt, lastAttemptAt, profiles, changedSince, listings } = situation;
  if (listings === 0) return undefined;
  const sinceAttempt = now - (lastAttemptAt ?? Number.NEGATIVE_INFINITY);
  if (lastTrainedAt === undefined)
    return profiles > 0 && sinceAttempt >= pace.firstRetryMs ? 'first' : undefined;
  if (Math.min(sinceAttempt, now - lastTrainedAt) < pace.minIntervalMs) return undefined;
  if (situation.erasuresWaiting > 0) return 'erasure';
  const enough = Math.min(profiles * pace.changedShare, CHANGED_KEYS_LIMIT);
  if (changedSince > 0 && changedSince >= enough) return 'changes';
  return now - lastTrainedAt >= pace.maxAgeMs ? 'schedule' : undefined;
}
