import type { Source, SourceList } from '../../flow/component.ts';
import type { AddonModels } from '../runtime.ts';
import { NO_ITEMS } from '../scored-items.ts';
import { type Asker, SOURCE_BUDGET_MS } from './asker.ts';

/** TAARlite looks at so many pairs for each place that it fills; the ones that are refused have to be made up for. */
const CANDIDATES_A_PLACE = 5;

/** The add-ons that go with the one that the request is about, as TAARlite scores them, but not all or none. */
export const GOING_WITH: Source<Asker> = {
  name: 'coinstall',
  budgetMs: SOURCE_BUDGET_MS,
  onFailure: 'empty',
  fetch: ({ state: { models, addon }, maxResults = 0 }) =>
    addon === undefined ? NO_ITEMS : goingWith(models, addon, CANDIDATES_A_PLACE * maxResults),
  explain: ({ state: { addon } }) => (addon === undefined ? undefined : { kind: 'becauseOf', ids: [addon] }),
};

function goingWith({ taarlite, items }: AddonModels, addon: string, limit: number): SourceList {
  const found = taarlite?.goingWith(addon, limit) ?? [];
  return {
    items: Uint32Array.from(found, ({ guid }) => items.find(guid)),
    scores: Float64Array.from(found, ({ score }) => score),
    count: found.length,
  };
}

/** Why nothing was found that goes with an add-on. */
export function whyNothingGoesWith({ taarlite }: AddonModels, addon: string, candidates: number): string {
  if (taarlite === undefined) return 'no-models';
  if (!taarlite.knows(addon)) return 'unknown-addon';
  return candidates === 0 ? 'no-pairs' : 'nothing-left';
}
