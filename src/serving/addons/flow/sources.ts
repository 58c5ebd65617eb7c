import type { Gate, Source, SourceList } from '../../flow/component.ts';
import type { Reason } from '../../flow/reason.ts';
import { MOST_RESULTS } from '../placements.ts';
import { NO_ITEMS } from '../scored-items.ts';
import { SOURCE_WEIGHTS } from './addon-params.ts';
import { type Asker, SOURCE_BUDGET_MS } from './asker.ts';
import { ENSEMBLE_MEMBERS, type EnsembleMember } from './members.ts';

/** More of the installed add-ons than these say nothing to a reader. */
const MOST_REASONS = 3;

/**
 * What is known of everybody is not held to the length of the allow-list, which an operator may have made short: the
 * catalogue refuses some, and the others have to make up for them. Four times what the longest answer holds.
 */
const FALLBACK_CANDIDATES = 4 * MOST_RESULTS;

/** One of TAAR's recommenders, as the flow asks it. */
interface Member {
  can(asker: Asker): boolean;
  /** Best first. */
  recommend(asker: Asker, limit: number): SourceList;
  /** The same, where the order does not matter. */
  candidates(asker: Asker, limit: number): SourceList;
  explain(asker: Asker, item: number): Reason | undefined;
}

const MEMBERS: Readonly<Record<EnsembleMember, Member>> = {
  collaborative: {
    can: ({ models, features }) => models.collaborative?.canRecommend(features.installed) === true,
    recommend: ({ models, features }, limit) =>
      models.collaborative?.recommend(features.installed, limit) ?? NO_ITEMS,
    candidates: ({ models, features }, limit) =>
      models.collaborative?.candidates(features.installed, limit) ?? NO_ITEMS,
    explain: ({ models, features }, item) =>
      carriedBy(models.collaborative?.becauseOf(features.installed, item) ?? []),
  },
  similarity: {
    can: ({ models, features }) => models.similarity?.canRecommend(features) === true,
    recommend: ({ models, features }, limit) => models.similarity?.recommend(features, limit) ?? NO_ITEMS,
    candidates: ({ models, features }, limit) => models.similarity?.candidates(features, limit) ?? NO_ITEMS,
    explain: ({ models, features, installed }, item) => {
      const items = models.similarity?.becauseOf(features, installed.items, item) ?? [];
      return carriedBy(items.map((carrier) => models.items.idOf(carrier)));
    },
  },
  locale: {
    can: ({ models, locale }) => models.locale?.canRecommend(locale) === true,
    recommend: ({ models, locale }, limit) => models.locale?.recommend(locale, limit) ?? NO_ITEMS,
    candidates: ({ models, locale }, limit) => models.locale?.recommend(locale, limit) ?? NO_ITEMS,
    explain: ({ locale }) => popularIn(locale),
  },
};

/** The recommenders that have what they need for this client, in the order of the ensemble. */
export function ableMembers(asker: Asker): readonly EnsembleMember[] {
  return ENSEMBLE_MEMBERS.filter((name) => MEMBERS[name].can(asker));
}

/** The sources of the ensemble, in the order of its sums; each is asked for the limit and what may be installed. */
export function ensembleSources(): readonly Source<Asker>[] {
  return ENSEMBLE_MEMBERS.map((name) =>
    memberSource(name, 'candidates', ({ state }) => MEMBERS[name].can(state)),
  );
}

/** The same sources, of which only the first that can recommend is asked, as TAAR's first version did. */
export function orderedSources(): readonly Source<Asker>[] {
  return ENSEMBLE_MEMBERS.map((name) =>
    memberSource(
      name,
      'recommend',
      ({ state, params }) => ableMembers(state).find((able) => params.get(SOURCE_WEIGHTS[able]) > 0) === name,
    ),
  );
}

function memberSource(
  name: EnsembleMember,
  ask: 'recommend' | 'candidates',
  when: Gate<Asker>,
): Source<Asker> {
  const member = MEMBERS[name];
  return {
    name,
    weight: SOURCE_WEIGHTS[name],
    when,
    budgetMs: SOURCE_BUDGET_MS,
    onFailure: 'empty',
    fetch: ({ state }) => member[ask](state, state.limit + state.features.installed.length),
    // TAAR's own route shows no reasons, and the records of answers must not hold what a client has.
    explain: ({ state }, item) => (state.asTaar ? undefined : member.explain(state, item)),
  };
}

/** The locale's list: for whom nothing else is known. */
export const LOCALE_LIST: Source<Asker> = {
  name: 'locale-list',
  budgetMs: SOURCE_BUDGET_MS,
  onFailure: 'empty',
  fetch: ({ state }) => state.models.locale?.recommend(state.locale, FALLBACK_CANDIDATES) ?? NO_ITEMS,
  explain: ({ state }) => popularIn(state.locale),
};

/** The most installed add-ons of all. */
export const OVERALL: Source<Asker> = {
  name: 'overall',
  budgetMs: SOURCE_BUDGET_MS,
  onFailure: 'empty',
  fetch: ({ state }) => state.models.ranking?.top(FALLBACK_CANDIDATES) ?? NO_ITEMS,
  explain: () => ({ kind: 'popular' }),
};

/** The allow-list with the scores that testers see. */
export const TEST_LIST: Source<Asker> = {
  name: 'allowlist',
  budgetMs: SOURCE_BUDGET_MS,
  onFailure: 'empty',
  fetch: ({ state }) => state.models.allowlist?.forTestClient(state.limit) ?? NO_ITEMS,
};

function carriedBy(ids: readonly string[]): Reason | undefined {
  return ids.length === 0 ? undefined : { kind: 'becauseOf', ids: ids.slice(0, MOST_REASONS) };
}

function popularIn(locale: string | undefined): Reason | undefined {
  return locale === undefined ? undefined : { kind: 'popularIn', place: locale };
}
