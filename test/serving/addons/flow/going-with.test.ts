import { describe, expect, it } from 'vitest';
import type { ServedCatalogue } from '../../../../src/serving/addons/catalogue/served-catalogue.ts';
import { addonFlows } from '../../../../src/serving/addons/flow/addon-flows.ts';
import { FlowRecommender } from '../../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonAnswer, AddonQuestion } from '../../../../src/serving/addons/recommender.ts';
import { CountedStats } from '../../../../src/serving/flow/counted-stats.ts';
import { anyListing } from '../../../domain/any-listing.ts';
import { type AddonArtifacts, addonModels } from '../../addon-models.ts';
import { QUESTION } from '../asked.ts';

const NOW = Date.UTC(2026, 10, 25);
const PARTNERS = { a: 90, b: 80, c: 70, d: 60, e: 50, f: 40 };
const ARTIFACTS = {
  coinstall: { x: PARTNERS, alone: {}, y: { x: 10 } },
  ranking: { a: 3, x: 2, y: 1 },
  locale: {
    de: [
      ['x', 9],
      ['g', 5],
    ],
  },
};

interface Given {
  readonly artifacts?: AddonArtifacts;
  readonly question?: Partial<AddonQuestion>;
  readonly catalogue?: ServedCatalogue;
}

function answerTo({ artifacts = ARTIFACTS, question, catalogue }: Given = {}): Promise<AddonAnswer> {
  const runtime = addonModels(artifacts);
  const tools = { stats: new CountedStats(100), stopwatch: () => performance.now() };
  const recommender = new FlowRecommender({
    models: { current: () => ({ setVersion: 's', members: [], runtime }) },
    readClient: () => expect.fail('nobody is asked about'),
    flows: addonFlows('ensemble', tools, catalogue),
    clock: () => NOW,
  });
  return recommender.answer({
    ...QUESTION,
    placement: 'addons.detail',
    client: undefined,
    addon: 'x',
    maxResults: 4,
    seed: undefined,
    ...question,
  });
}

const idsOf = ({ items }: AddonAnswer): readonly string[] => items.map(({ id }) => id);

describe('what goes with an add-on', () => {
  it("has TAARlite's order and scores, and says because of which add-on", async () => {
    const answer = await answerTo();
    const runtime = addonModels(ARTIFACTS);
    const found = runtime.taarlite?.goingWith('x', 20).slice(0, 4) ?? [];
    expect(answer).toMatchObject({ path: 'item', setVersion: 's' });
    expect(answer.items).toEqual(
      found.map(({ guid, score }) => ({
        id: guid,
        score,
        probability: null,
        sources: { coinstall: score },
        reasons: [{ kind: 'becauseOf', installed: ['x'] }],
      })),
    );
    expect(found).toHaveLength(4);
  });

  it('is as much as there is, where it is less than what was asked for', async () => {
    expect(idsOf(await answerTo({ question: { maxResults: 50 } }))).toHaveLength(6);
    expect(await answerTo({ question: { addon: 'y' } })).toMatchObject({
      path: 'item',
      items: [{ id: 'x' }],
    });
  });

  it('leaves out what is excluded, refused by the catalogue or not for the platform', async () => {
    const catalogue: ServedCatalogue = {
      isUsable: () => true,
      get: (guid) => {
        if (guid === 'a') return undefined;
        return guid === 'b' ? anyListing({ guid, platforms: ['android'] }) : anyListing({ guid });
      },
    };
    const answer = await answerTo({ catalogue, question: { excluded: ['c'], platform: 'Linux' } });
    expect(idsOf(answer).toSorted()).toEqual(['d', 'e', 'f']);
    expect(answer.trace?.refusals).toMatchObject({ 'not-listed': 1, excluded: 1, 'not-on-platform': 1 });
  });

  it('takes promoted add-ons among the others, and cuts', async () => {
    const answer = await answerTo({ question: { promoted: [{ guid: 'p', weight: 10 }] } });
    expect(answer.items).toHaveLength(4);
    expect(answer.items[0]).toMatchObject({ id: 'p', reasons: [{ kind: 'promoted' }] });
  });

  it.each<[string, Partial<AddonQuestion>]>([
    ['unknown-addon', { addon: 'nobody-knows-it' }],
    ['no-pairs', { addon: 'a' }],
    ['nothing-left', { excluded: Object.keys(PARTNERS) }],
  ])('falls back for %s to the list of the locale, else to what is installed most', async (why, question) => {
    const answer = await answerTo({ question: { ...question, locale: 'de' } });
    expect(answer.path).toBe(`fallback:${why}`);
    expect(idsOf(answer)).not.toContain(question.addon ?? 'x');
    expect(answer.items[0]?.reasons).toEqual([{ kind: 'popularIn', locale: 'de' }]);
    const overall = await answerTo({ question });
    expect(overall.items[0]?.reasons).toEqual([{ kind: 'popular' }]);
  });

  it('falls back without the two models', async () => {
    const { locale, ranking } = ARTIFACTS;
    const answer = await answerTo({ artifacts: { locale, ranking } });
    expect(answer).toMatchObject({ path: 'fallback:no-models', items: [{ id: 'a' }, { id: 'y' }] });
  });
});
