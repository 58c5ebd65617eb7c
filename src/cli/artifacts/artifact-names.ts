import { basename } from 'node:path';

/** The JSON files that TAAR's models are kept in (spec/taar-serving.md section 6). */
export const ARTIFACTS = [
  {
    name: 'item_matrix',
    key: 'addon_recommender/item_matrix.json',
    setting: 'TAAR_ITEM_MATRIX_KEY',
    also: [],
  },
  {
    name: 'addon_mapping',
    key: 'addon_recommender/addon_mapping.json',
    setting: 'TAAR_ADDON_MAPPING_KEY',
    also: [],
  },
  { name: 'donors', key: 'taar/similarity/donors.json', setting: 'TAAR_SIMILARITY_DONOR_KEY', also: [] },
  {
    name: 'lr_curves',
    key: 'taar/similarity/lr_curves.json',
    setting: 'TAAR_SIMILARITY_LRCURVES_KEY',
    also: [],
  },
  { name: 'locale', key: 'taar/locale/top10_dict.json', setting: 'TAAR_LOCALE_KEY', also: ['locale'] },
  {
    name: 'ensemble',
    key: 'taar/ensemble/ensemble_weight.json',
    setting: 'TAAR_ENSEMBLE_KEY',
    also: ['ensemble'],
  },
  {
    name: 'whitelist',
    key: 'addon_recommender/only_guids_top_200.json',
    setting: 'TAAR_WHITELIST_KEY',
    also: ['whitelist'],
  },
  {
    name: 'coinstall',
    key: 'taar/lite/guid_coinstallation.json',
    setting: 'TAARLITE_GUID_COINSTALL_KEY',
    also: ['coinstall'],
  },
  {
    name: 'ranking',
    key: 'taar/lite/guid_install_ranking.json',
    setting: 'TAARLITE_GUID_RANKING_KEY',
    also: ['ranking'],
  },
] as const;

export type ArtifactName = (typeof ARTIFACTS)[number]['name'];

/** How an artifact's bytes are packed, as the end of its name says. */
const PACKING = /\.(?:bz2|gz)$/;

/** The environment names that say which file an artifact is in; they are TAAR's own. */
export type ArtifactKeys = Readonly<Record<string, string | undefined>>;

/**
 * Which artifact a file holds: as one of TAAR's key settings says, else by the name that production gave it or by
 * the artifact's own; undefined where it is none. Folders before the name do not count.
 */
export function artifactOf(path: string, keys: ArtifactKeys): ArtifactName | undefined {
  const file = basename(path);
  const set = ARTIFACTS.find(({ setting }) => {
    const key = keys[setting];
    return key !== undefined && key !== '' && basename(key) === file;
  });
  if (set !== undefined) return set.name;
  const bare = file.replace(PACKING, '');
  if (!bare.endsWith('.json')) return undefined;
  const stem = bare.slice(0, -'.json'.length);
  return ARTIFACTS.find(({ key, also }) => {
    const names: readonly string[] = also;
    return basename(key, '.json') === stem || names.includes(stem);
  })?.name;
}
