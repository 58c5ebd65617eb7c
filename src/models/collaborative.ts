import type { ModelKind } from './model-kind.ts';
import { checkLength, modelInvalid } from './rows.ts';
import type { Section, Sections } from './snapshot.ts';
import { buildStringIndex } from './string-index.ts';
import { StringTable } from './string-table.ts';

/**
 * The factors of the add-ons and what their hashes stand for (spec/taar-serving.md section 6), in one model since
 * neither is of use without the other. The order of the rows decides ties.
 */
export interface CollaborativeModel {
  /** The hash of each row's add-on: a whole number. It may stand in several rows. */
  readonly ids: Float64Array;
  /** Numbers a row. */
  readonly factors: number;
  /** Row after row. */
  readonly features: Float64Array;
  readonly mapping: AddonMapping;
}

/** What each hash stands for, in the artifact's order; hashes without a row are kept. */
export interface AddonMapping {
  /** The keys: hashes in decimal. None stands twice. */
  readonly keys: StringTable;
  /** Several hashes may stand for one guid. */
  readonly guids: StringTable;
  /** The add-on's name as JSON text; the empty string where there is none. */
  readonly names: StringTable;
  /** `isWebextension` as JSON text, since null and 0 count otherwise than false; empty where it is absent. */
  readonly webExtensions: StringTable;
}

const NAMES = {
  ids: 'ids',
  features: 'features',
  keys: 'mapping.keys',
  guids: 'mapping.guids',
  names: 'mapping.names',
  webExtensions: 'mapping.web_extensions',
} as const;

export const COLLABORATIVE: ModelKind<CollaborativeModel> = {
  name: 'collaborative',
  formatVersion: 1,

  encode({ ids, factors, features, mapping }: CollaborativeModel): readonly Section[] {
    return [
      { name: NAMES.ids, type: 'f64', shape: [ids.length], data: ids },
      { name: NAMES.features, type: 'f64', shape: [ids.length, factors], data: features },
      ...mapping.keys.encode(NAMES.keys),
      ...mapping.guids.encode(NAMES.guids),
      ...mapping.names.encode(NAMES.names),
      ...mapping.webExtensions.encode(NAMES.webExtensions),
    ];
  },

  decode(sections: Sections): CollaborativeModel {
    const mapping: AddonMapping = {
      keys: StringTable.decode(NAMES.keys, sections),
      guids: StringTable.decode(NAMES.guids, sections),
      names: StringTable.decode(NAMES.names, sections),
      webExtensions: StringTable.decode(NAMES.webExtensions, sections),
    };
    const model = { ...COLLABORATIVE.view(sections), mapping };
    checkMatrix(model);
    checkMapping(mapping);
    return model;
  },

  view(sections: Sections): CollaborativeModel {
    return {
      ids: sections.f64(NAMES.ids),
      factors: sections.shape(NAMES.features)[1] ?? 0,
      features: sections.f64(NAMES.features),
      mapping: {
        keys: StringTable.view(NAMES.keys, sections),
        guids: StringTable.view(NAMES.guids, sections),
        names: StringTable.view(NAMES.names, sections),
        webExtensions: StringTable.view(NAMES.webExtensions, sections),
      },
    };
  },
};

function checkMatrix({ ids, factors, features }: CollaborativeModel): void {
  checkLength('collaborative features', features.length, ids.length * factors);
  const at = ids.findIndex((id) => !Number.isSafeInteger(id));
  if (at !== -1) throw modelInvalid('collaborative ids', `row ${at} has ${ids[at]}, no whole number`);
}

function checkMapping({ keys, guids, names, webExtensions }: AddonMapping): void {
  // Building the index is the check that no hash stands twice.
  buildStringIndex('collaborative mapping', keys);
  checkLength('collaborative mapping guids', guids.size, keys.size);
  checkLength('collaborative mapping names', names.size, keys.size);
  checkLength('collaborative mapping web extensions', webExtensions.size, keys.size);
  for (const table of [names, webExtensions]) {
    for (let i = 0; i < table.size; i++) {
      if (!isJsonOrEmpty(table.at(i))) throw modelInvalid('collaborative mapping', `entry ${i} is no JSON`);
    }
  }
}

function isJsonOrEmpty(text: string): boolean {
  if (text === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
