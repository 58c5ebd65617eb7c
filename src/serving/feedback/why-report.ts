import type { EpochMs } from '../../domain/clock.ts';
import type { Observation, RecommendationObserved, RecommendationServed } from '../../domain/served.ts';

/** How one answer came about, as people and programs are shown it; moments as ISO 8601. */
export interface WhyReport {
  /** Null where no record of it is found. */
  readonly answer: ShownAnswer | null;
  /** In the order in which they came. */
  readonly observations: readonly ShownObservation[];
  /** `part`: there are more records than are looked through for one question. */
  readonly searched: 'all' | 'part';
}

export type ShownAnswer = Omit<RecommendationServed, 'at'> & { readonly at: string };

export type ShownObservation = Omit<Observation, 'at'> & {
  readonly at: string | null;
  readonly receivedAt: string;
};

export function whyReportOf(
  served: RecommendationServed | undefined,
  observed: readonly RecommendationObserved[],
  searched: WhyReport['searched'],
): WhyReport {
  return {
    answer: served === undefined ? null : { ...served, at: iso(served.at) },
    observations: observed.flatMap(({ receivedAt, observations }) =>
      observations.map((each) => ({
        ...each,
        at: each.at === null ? null : iso(each.at),
        receivedAt: iso(receivedAt),
      })),
    ),
    searched,
  };
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
