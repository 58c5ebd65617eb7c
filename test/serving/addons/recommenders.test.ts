import { describe, expect, it } from 'vitest';
import { addonHash, positiveHash } from '../../../src/domain/addon-hash.ts';
import type { ClientFeatures } from '../../../src/domain/client-features.ts';
import { isTestClient, testScore } from '../../../src/serving/addons/test-client.ts';
import { addonModels } from '../addon-models.ts';

const CLIENT: ClientFeatures = {
  installed: ['a'],
  locale: 'de',
  os: 'Linux',
  geoCity: 'Berlin',
  subsessionLength: 1,
  bookmarkCount: 2,
  tabOpenCount: 3,
  totalUri: 4,
  uniqueTlds: 5,
};
const TWIN = {
  geo_city: 'Berlin',
  locale: 'de',
  os: 'Linux',
  subsession_length: 1,
  bookmark_count: 2,
  tab_open_count: 3,
  total_uri: 4,
  unique_tlds: 5,
};
const CURVE = [
  [0, [4, 1]],
  [1, [2, 1]],
  [2, [1, 1]],
];

describe('the hash of an add-on', () => {
  it('runs over code points, where Java runs over halves of surrogate pairs', () => {
    expect(addonHash('\u{1F4DA}')).toBe(0x1f4da);
    expect(addonHash('a\u{1F4DA}b')).toBe(((97 * 31 + 0x1f4da) * 31 + 98) | 0);
    expect(positiveHash('Aa')).toBe(positiveHash('BB'));
  });
});

describe('the items of a set', () => {
  it('are all add-ons of all models, ascending by code point', () => {
    const { items } = addonModels({
      whitelist: ['\u{1F4DA}', '\uFFEE', 'b', 'b'],
      locale: { de: [['a', 1]] },
      ranking: { c: 1 },
    });
    const ids = Array.from({ length: items.size }, (_, item) => items.idOf(item));
    expect(ids).toEqual(['a', 'b', 'c', '\uFFEE', '\u{1F4DA}']);
    expect(ids.map((id) => items.find(id))).toEqual([0, 1, 2, 3, 4]);
    expect(items.find('z')).toBe(-1);
  });
});

describe('collaborative', () => {
  const rows = [
    { id: positiveHash('a'), features: [1, 0] },
    { id: positiveHash('b'), features: [0, 1] },
    { id: positiveHash('c'), features: [0.5, 0.5] },
    { id: positiveHash('d'), features: [-1, 2] },
  ];
  const mapping = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((id) => [positiveHash(id), { id, isWebextension: true }]),
  );
  const { items, collaborative } = addonModels({ item_matrix: rows, addon_mapping: mapping });

  it('says which installed add-ons raised an item, the strongest first', () => {
    const [c, d] = [items.find('c'), items.find('d')];
    expect(collaborative?.becauseOf(['a', 'unheard of', 'b', 'b'], c)).toEqual(['a', 'b']);
    expect(collaborative?.becauseOf(['a', 'b'], d)).toEqual(['b']);
    expect(collaborative?.becauseOf(['d'], d)).toEqual([]);
  });

  it('leaves nothing of one call for the next', () => {
    const once = collaborative?.recommend(['a'], 10);
    collaborative?.recommend(['b', 'd'], 1);
    expect(collaborative?.recommend(['a'], 10)).toEqual(once);
    expect(Array.from(once?.items ?? [], (item) => items.idOf(item))).toEqual(['c', 'b', 'd']);
  });
});

describe('similarity', () => {
  it('says which installed add-ons the donors of an item share', () => {
    const { items, similarity } = addonModels({
      donors: [
        { ...TWIN, active_addons: ['a', 'x'] },
        { ...TWIN, active_addons: ['b', 'x'] },
        { ...TWIN, active_addons: ['b', 'x', 'x'] },
        { ...TWIN, geo_city: 'Rome', os: 'Darwin', locale: 'it', total_uri: 0, active_addons: ['e', 'x'] },
      ],
      lr_curves: CURVE,
    });
    const installed = ['a', 'b', 'e'].map((guid) => items.find(guid));
    const because = similarity?.becauseOf(CLIENT, new Set(installed), items.find('x')) ?? [];
    expect(because.map((item) => items.idOf(item))).toEqual(['b', 'a', 'e']);
    const found = similarity?.recommend(CLIENT, 1);
    expect(items.idOf(found?.items[0] ?? -1)).toBe('x');
  });

  it('counts a donor that lacks a number as the first point of the curve, and one without a city as different', () => {
    const { similarity } = addonModels({
      donors: [
        { ...TWIN, total_uri: null, active_addons: ['a'] },
        { ...TWIN, geo_city: null, active_addons: ['b'] },
      ],
      lr_curves: CURVE,
    });
    expect(similarity?.distances(CLIENT)).toEqual([Number.NaN, 0.001 / 3]);
    expect(similarity?.recommend(CLIENT, 9).count).toBe(2);
    expect(similarity?.canRecommend({ ...CLIENT, os: null })).toBe(false);
  });

  it('is as new after a call that failed', () => {
    const { similarity } = addonModels({
      donors: [
        { ...TWIN, active_addons: ['a'] },
        { ...TWIN, geo_city: 'x', os: 'y', locale: 'z', total_uri: 1e6, active_addons: ['b'] },
      ],
      lr_curves: [
        [0, [2, 1]],
        [1, [1, 0]],
      ],
    });
    expect(() => similarity?.recommend(CLIENT, 9)).toThrow(/divides by 0/);
    const far = { ...CLIENT, geoCity: 'x', os: 'y', locale: 'z', totalUri: 1e6 };
    expect(() => similarity?.recommend(far, 9)).toThrow(/divides by 0/);
  });
});

describe('test clients', () => {
  it('are ids of one character over and over', () => {
    expect(['0', '11-11', 'zz', '\u{1F4DA}\u{1F4DA}'].map(isTestClient)).toEqual([true, true, true, true]);
    expect(['', '--', '01', 'a-b'].map(isTestClient)).toEqual([false, false, false, false]);
  });

  it('get the first of the allow-list with the scores of their ids', () => {
    const { allowlist, items } = addonModels({ whitelist: ['z', 'a', 'm'] });
    const found = allowlist?.forTestClient(2);
    expect(Array.from(found?.items ?? [], (item) => items.idOf(item))).toEqual(['z', 'a']);
    expect([...(found?.scores ?? [])]).toEqual([testScore('z'), testScore('a')]);
  });
});

it('the overall ranking is by installs, then by id', () => {
  const { ranking, items } = addonModels({ ranking: { b: 2, a: 2, c: 9 } });
  const found = ranking?.top(9);
  expect(Array.from(found?.items ?? [], (item) => items.idOf(item))).toEqual(['c', 'a', 'b']);
  expect([...(found?.scores ?? [])]).toEqual([9, 2, 2]);
});
