import type { ServedItem, ServedReason, ServedSource, ServedStage } from '../../domain/served.ts';
import type { SetMember } from '../../domain/model-records.ts';
import type { ServedAnswer } from '../feedback/served-answer.ts';
import { type FlowTrace, STAGE_NAMES } from '../flow/trace.ts';
import type { AddonAnswer, AddonQuestion, AddonReason, RecommendedAddon } from './recommender.ts';

const MICROSECONDS_PER_MS = 1000;

/** What the feedback is told of an answer: how it came about, and nothing of whom it was for. */
export function servedAnswerOf(
  { placement, seed }: AddonQuestion,
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
    items: items.map(servedItem),
    stages: trace === undefined ? [] : stagesOf(trace),
    sources: trace === undefined ? [] : sourcesOf(trace),
    refusals: Object.entries(trace?.refusals ?? {}).map(([reason, count]) => ({ reason, count })),
    guards: trace?.guards ?? [],
  };
}

function servedItem({ id, score, probability, sources, reasons }: RecommendedAddon): ServedItem {
  const contributions = Object.entries(sources).map(([source, part]) => ({ source, score: part }));
  return { id, score, probability, contributions, reasons: reasons.map(servedReason) };
}

function servedReason(reason: AddonReason): ServedReason {
  switch (reason.kind) {
    case 'becauseOf':
      return { kind: reason.kind, about: reason.installed };
    case 'popularIn':
      return { kind: reason.kind, about: [reason.locale] };
    default:
      return { kind: reason.kind, about: [] };
  }
}

function stagesOf({ stages }: FlowTrace): ServedStage[] {
  return STAGE_NAMES.map((stage) => {
    const { in: into, out, ms } = stages[stage];
    return { stage, in: into, out, microseconds: Math.round(ms * MICROSECONDS_PER_MS) };
  });
}

function sourcesOf({ bySource }: FlowTrace): ServedSource[] {
  return Object.entries(bySource).map(([source, counts]) => ({ source, ...counts }));
}
