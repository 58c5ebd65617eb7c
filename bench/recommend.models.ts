import { positiveHash } from '../src/domain/addon-hash.ts';
import type { ClientFeatures } from '../src/domain/client-features.ts';
import { uniformsOf } from '../src/domain/random.ts';
import type { AddonArtifacts } from '../test/serving/addon-models.ts';

const SEED = 5;
const ADDONS = 1_000;
const FACTORS = 20;
const DONORS = 1_000;
const CURVE_POINTS = 1_000;
/** Distances reach from 0 to just above 5. */
const CURVE_END = 10;
const LOCALES = 200;
const LOCALE_ADDONS = 10;
const CLIENTS = 2_000;
const CITIES = 30;
const SYSTEMS = ['Windows_NT', 'Darwin', 'Linux'];

/** Models of the size of production's: made up, the same each time for the same seed. */
export function artifacts(seed = SEED): AddonArtifacts {
  const draw = uniformsOf(seed, 'bench', 'models');
  const rows = Array.from({ length: ADDONS }, (_, addon) => ({
    id: positiveHash(guidOf(addon)),
    features: Array.from({ length: FACTORS }, (_, j) => draw(addon * FACTORS + j) - 0.5),
  }));
  return {
    item_matrix: rows,
    addon_mapping: Object.fromEntries(
      rows.map(({ id }, addon) => [id, { id: guidOf(addon), name: `${addon}`, isWebextension: true }]),
    ),
    donors: Array.from({ length: DONORS }, (_, donor) => person(seed, 'donors', donor, 2, 8)),
    lr_curves: Array.from({ length: CURVE_POINTS }, (_, i) => {
      const x = (CURVE_END * i) / (CURVE_POINTS - 1);
      // Like donors are likelier up to a distance of 1.3, as on TAAR's own curve.
      return [x, [21.8 * Math.exp(-(((x - 0.2) / 0.65) ** 2)), 1]];
    }),
    locale: Object.fromEntries(
      Array.from({ length: LOCALES }, (_, l) => [
        `l${l}`,
        Array.from({ length: LOCALE_ADDONS }, (_, i) => [guidOf((l * 7 + i * 13) % ADDONS), 1 - i / 20]),
      ]),
    ),
    ensemble: { ensemble_weights: { collaborative: 1.9, similarity: 0.3, locale: 0.7 } },
    whitelist: Array.from({ length: ADDONS }, (_, i) => guidOf(i)),
  };
}

export function clients(): readonly ClientFeatures[] {
  return Array.from({ length: CLIENTS }, (_, client) => {
    const {
      active_addons: installed,
      geo_city: geoCity,
      locale,
      os,
      ...numbers
    } = person(SEED, 'clients', client, 1, 7);
    return {
      installed,
      geoCity,
      locale,
      os,
      subsessionLength: numbers.subsession_length,
      bookmarkCount: numbers.bookmark_count,
      tabOpenCount: numbers.tab_open_count,
      totalUri: numbers.total_uri,
      uniqueTlds: numbers.unique_tlds,
    };
  });
}

function person(seed: number, scope: string, number: number, fewest: number, most: number) {
  const draw = uniformsOf(seed, scope, String(number));
  const count = fewest + Math.floor(draw(0) * (most - fewest + 1));
  const upTo = (i: number, most: number): number => Math.floor(draw(i) * most);
  return {
    // Some add-ons are far more common than others.
    active_addons: Array.from({ length: count }, (_, i) => guidOf(Math.floor(ADDONS * draw(10 + i) ** 3))),
    geo_city: `city ${upTo(1, CITIES)}`,
    locale: `l${upTo(2, 25)}`,
    os: SYSTEMS[upTo(3, SYSTEMS.length)] ?? '',
    subsession_length: upTo(4, 86_400),
    bookmark_count: upTo(5, 3_000),
    tab_open_count: upTo(6, 400),
    total_uri: upTo(7, 5_000),
    unique_tlds: upTo(8, 200),
  };
}

function guidOf(addon: number): string {
  return `add-on-${addon}@bench.example`;
}
