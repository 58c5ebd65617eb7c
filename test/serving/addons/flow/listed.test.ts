import { describe, expect, it } from 'vitest';
import type { Listing } from '../../../../src/domain/listing.ts';
import type { ServedCatalogue } from '../../../../src/serving/addons/catalogue/served-catalogue.ts';
import { addonFlows } from '../../../../src/serving/addons/flow/addon-flows.ts';
import { FlowRecommender, type KnownClient } from '../../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonAnswer, AddonQuestion } from '../../../../src/serving/addons/recommender.ts';
import { CountedStats } from '../../../../src/serving/flow/counted-stats.ts';
import { anyListing } from '../../../domain/any-listing.ts';
import { addonModels } from '../../addon-models.ts';
import { GERMAN, QUESTION } from '../asked.ts';

const NOW = Date.UTC(2026, 10, 25);
const ADDONS = Array.from({ length: 30 }, (_, i) => `addon-${String(i).padStart(2, '0')}`);
const MODELS = addonModels({
  locale: { de: ADDONS.map((guid, i) => [guid, 100 - i]) },
  ranking: { 'addon-00': 2, 'addon-29': 1 },
  whitelist: ADDONS,
  ensemble: { ensemble_weights: { locale: 1, similarity: 1, collaborative: 1 } },
});
const STRANGER: KnownClient = { kind: 'no-client' };

interface Given {
  /** What differs from a listing that is allowed; undefined: the add-on is not listed. */
  readonly listings?: Readonly<Record<string, Partial<Listing> | undefined>>;
  readonly isUsable?: boolean;
  readonly client?: KnownClient;
  readonly question?: Partial<AddonQuestion>;
}

/** An answer from a catalogue of all add-ons, changed. */
function answerTo({
  listings = {},
  isUsable = true,
  client = GERMAN,
  question,
}: Given): Promise<AddonAnswer> {
  const catalogue: ServedCatalogue = {
    isUsable: () => isUsable,
    get(guid) {
      if (!ADDONS.includes(guid)) return undefined;
      return guid in listings && listings[guid] === undefined
        ? undefined
        : anyListing({ guid, ...listings[guid] });
    },
  };
  const tools = { stats: new CountedStats(100), stopwatch: () => performance.now() };
  const recommender = new FlowRecommender({
    models: { current: () => ({ setVersion: 's', members: [], runtime: MODELS }) },
    readClient: async () => client,
    flows: addonFlows('ensemble', tools, catalogue),
    clock: () => NOW,
  });
  return recommender.answer({ ...QUESTION, locale: 'de', maxResults: 4, ...question });
}

function idsOf({ items }: AddonAnswer): readonly string[] {
  return items.map(({ id }) => id);
}

/** The same change for each of some add-ons. */
function each(guids: readonly string[], change: Partial<Listing> | undefined) {
  return Object.fromEntries(guids.map((guid) => [guid, change]));
}

describe('an answer checked against the catalogue', () => {
  it('serves the next ones for what was drawn and is refused', async () => {
    const drawn = idsOf(await answerTo({}));
    expect(drawn).toHaveLength(4);
    const refused = drawn.slice(0, 3);
    const answer = await answerTo({ listings: each(refused, { averageRating: 1 }) });
    expect(answer.path).toBe('personal');
    expect(idsOf(answer)[0]).toBe(drawn[3]);
    const next = ADDONS.filter((guid) => !drawn.includes(guid)).slice(0, 3);
    expect(idsOf(answer).slice(1)).toEqual(next);
    expect(answer.trace?.refusals).toEqual({ 'not-allowed': 3 });
  });

  it('names why each was refused', async () => {
    const answer = await answerTo({
      client: STRANGER,
      question: { platform: 'Linux; Android 14' },
      listings: {
        'addon-00': undefined,
        'addon-01': { firstCreated: '2026-11-01T00:00:00Z' },
        'addon-02': { platforms: ['firefox'] },
        'addon-03': { platforms: null },
        'addon-04': { platforms: ['android', 'firefox'] },
      },
    });
    expect(idsOf(answer)).toEqual(['addon-03', 'addon-04', 'addon-05', 'addon-06']);
    expect(answer.trace?.refusals).toEqual({ 'not-listed': 1, 'not-allowed': 1, 'not-on-platform': 1 });
  });

  it('looks at no more batches than it needs', async () => {
    expect((await answerTo({ client: STRANGER })).trace).toMatchObject({
      validationBatches: 1,
      validated: 12,
    });
    const first = ADDONS.slice(0, 12);
    const second = await answerTo({ client: STRANGER, listings: each(first, undefined) });
    expect(idsOf(second)).toEqual(ADDONS.slice(12, 16));
    expect(second.trace).toMatchObject({ validationBatches: 2, validated: 24 });
  });

  it('refuses nothing for a platform that is not known', async () => {
    const listings = each(ADDONS, { platforms: ['windows'] });
    expect(idsOf(await answerTo({ listings, question: { platform: 'Plan 9' } }))).toHaveLength(4);
    expect(await answerTo({ listings, question: { platform: 'Darwin' } })).toMatchObject({
      items: [],
      path: 'empty:nothing-left',
    });
  });

  it('refuses nothing without a catalogue, and says so in the trace', async () => {
    const listings = each(ADDONS, undefined);
    const answer = await answerTo({ listings, isUsable: false });
    expect(idsOf(answer)).toHaveLength(4);
    expect(answer.trace).toMatchObject({
      refusals: {},
      guards: [{ component: 'catalogue', kind: 'error', times: 1 }],
    });
  });

  it('checks test clients, but never what is promoted', async () => {
    const promoted = [{ guid: 'nowhere-listed', weight: 1e9 }];
    const listings = each(ADDONS.slice(2), undefined);
    const answer = await answerTo({ listings, question: { client: '0000', promoted } });
    expect(answer.path).toBe('test');
    expect(idsOf(answer).toSorted()).toEqual(['addon-00', 'addon-01', 'nowhere-listed']);
  });

  it("is not for TAAR's own route", async () => {
    const listings = each(ADDONS, undefined);
    const question = { asTaar: true };
    expect(await answerTo({ listings })).toMatchObject({ items: [] });
    for (const client of ['somebody', '0000']) {
      const legacy = await answerTo({ listings, question: { ...question, client } });
      expect(idsOf(legacy)).toHaveLength(4);
      expect(legacy.trace).toMatchObject({ refusals: {}, guards: [] });
    }
  });
});
