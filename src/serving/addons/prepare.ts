import { ALLOWLIST } from '../../models/allowlist.ts';
import { COINSTALL } from '../../models/coinstall.ts';
import { COLLABORATIVE } from '../../models/collaborative.ts';
import { LOCALE } from '../../models/locale.ts';
import type { ModelKind } from '../../models/model-kind.ts';
import type { PrepareModels, SetSections } from '../../models/model-runtime.ts';
import { RANKING } from '../../models/ranking.ts';
import { SIMILARITY } from '../../models/similarity.ts';
import type { Section } from '../../models/snapshot.ts';
import type { StringTable } from '../../models/string-table.ts';
import { allowlistSections } from './allowlist-items.ts';
import { collaborativeSections } from './collaborative/collaborative-index.ts';
import { buildAddonItems, type ItemNumbers } from './items.ts';
import { localeSections } from './locale/locale-lists.ts';
import { rankingSections } from './overall-ranking.ts';
import { similaritySections } from './similarity/similarity-index.ts';
import { taarliteSections } from './taarlite/build-index.ts';

/** Makes the indexes of whichever models a set has. @throws TaarError `model-invalid` (halt) */
export const prepare: PrepareModels = (models) => {
  const coinstall = memberOf(models, COINSTALL);
  const ranking = memberOf(models, RANKING);
  const collaborative = memberOf(models, COLLABORATIVE);
  const similarity = memberOf(models, SIMILARITY);
  const locale = memberOf(models, LOCALE);
  const allowlist = memberOf(models, ALLOWLIST);
  const tables: readonly (StringTable | undefined)[] = [
    ...[coinstall, ranking, similarity, locale, allowlist].map((model) => model?.guids),
    collaborative?.mapping.guids,
  ];
  const numbers = buildAddonItems(tables.filter((table) => table !== undefined));
  const sectionsOf = <M>(
    model: M | undefined,
    make: (model: M, numbers: ItemNumbers) => readonly Section[],
  ): readonly Section[] => (model === undefined ? [] : make(model, numbers));
  return [
    ...numbers.sections,
    ...(coinstall && ranking ? taarliteSections(coinstall, ranking) : []),
    ...sectionsOf(ranking, rankingSections),
    ...sectionsOf(collaborative, collaborativeSections),
    ...sectionsOf(similarity, similaritySections),
    ...sectionsOf(locale, localeSections),
    ...sectionsOf(allowlist, allowlistSections),
  ];
};

function memberOf<M>(models: SetSections, kind: ModelKind<M>): M | undefined {
  const sections = models.get(kind.name);
  return sections === undefined ? undefined : kind.decode(sections);
}
