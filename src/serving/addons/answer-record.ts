import type { SetMember } from '../../domain/model-records.ts';
import type { ServedReason } from '../../domain/served.ts';
import type { ServedAnswer } from '../feedback/served-answer.ts';
import { type FlowTrace, STAGE_NAMES } from '../flow/trace.ts';
import type { AddonAnswer, AddonQuestion, AddonReason, RecommendedAddon } from './recommender.ts';

const MICROSECONDS = 1_000;

/**
 * What is recorded of an answer. Of the question only the placement, whether it named a seed, and the add-on that it is
 * about where that is the reason of an item: one that the models know.
 * @param models the members of the set that answered
 */
export function recordedAnswer(
  { placement, seed, addon }: AddonQuestion,
  { items, path, setVersion, trace }: AddonAnswer,
  models: readonly SetMember[],
): ServedAnswer {
  return {
    product: 'addons',
    placement,
    path,
    setVersion: setVersion ?? null,
    models,
    seeded: seed !== undefined,
    items: items.map((item) => recordedItem(item, addon)),
    ...(trace === undefined ? NO_TRACE : recordedTrace(trace)),
  };
}

const NO_TRACE = { stages: [], sources: [], refusals: [], guards: [] } as const;

function recordedTrace({ stages, bySource, refusals, guards }: FlowTrace) {
  return {
    stages: STAGE_NAMES.map((stage) => {
      const { in: into, out, ms } = stages[stage];
      return { stage, in: into, out, microseconds: Math.round(ms * MICROSECONDS) };
    }),
    sources: Object.entries(bySource).map(([source, { fetched, filtered, ranked, served }]) => ({
      source,
      fetched,
      filtered,
      ranked,
      served,
    })),
    refusals: Object.entries(refusals).map(([reason, count]) => ({ reason, count })),
    guards,
  };
}

function recordedItem(
  { id, score, probability, sources, reasons }: RecommendedAddon,
  addon: string | undefined,
) {
  const contributions = Object.keys(sources).map((source) => ({ source, score: sources[source] ?? 0 }));
  return {
    id,
    score,
    probability,
    contributions,
    reasons: reasons.map((reason) => recordedReason(reason, addon)),
  };
}

function recordedReason(reason: AddonReason, addon: string | undefined): ServedReason {
  switch (reason.kind) {
    case 'becauseOf':
      // Not which a client has: a deletion cannot reach the record, and a rare add-on names its owner.
      return { kind: reason.kind, about: addon === undefined ? [] : [addon] };
    case 'popularIn':
      return { kind: reason.kind, about: [reason.locale] };
    default:
      return { kind: reason.kind, about: [] };
  }
}
