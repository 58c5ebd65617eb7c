import type { ModelKind } from './model-kind.ts';
import { checkLength, checkRows } from './rows.ts';
import type { Section, Sections } from './snapshot.ts';
import { buildStringIndex } from './string-index.ts';
import { StringTable } from './string-table.ts';

/** Which add-ons each locale likes, as the artifact lists them: unsorted, and one may stand twice. */
export interface LocaleModel {
  readonly locales: StringTable;
  readonly guids: StringTable;
  /** Locale l has the entries from starts[l] to starts[l + 1]. */
  readonly starts: Uint32Array;
  /** Numbers of `guids`. */
  readonly addons: Uint32Array;
  readonly weights: Float64Array;
}

export const LOCALE: ModelKind<LocaleModel> = {
  name: 'locale',
  formatVersion: 1,

  encode({ locales, guids, starts, addons, weights }: LocaleModel): readonly Section[] {
    return [
      ...locales.encode('locales'),
      ...guids.encode('guids'),
      { name: 'starts', type: 'u32', shape: [starts.length], data: starts },
      { name: 'addons', type: 'u32', shape: [addons.length], data: addons },
      { name: 'weights', type: 'f64', shape: [weights.length], data: weights },
    ];
  },

  decode(sections: Sections): LocaleModel {
    const model = {
      ...LOCALE.view(sections),
      locales: StringTable.decode('locales', sections),
      guids: StringTable.decode('guids', sections),
    };
    // Building the index is the check that no string stands twice.
    buildStringIndex('locale locales', model.locales);
    buildStringIndex('locale guids', model.guids);
    checkLength('locale starts', model.starts.length, model.locales.size + 1);
    checkRows('locale add-ons', model.starts, model.addons, model.guids.size);
    checkLength('locale weights', model.weights.length, model.addons.length);
    return model;
  },

  view(sections: Sections): LocaleModel {
    return {
      locales: StringTable.view('locales', sections),
      guids: StringTable.view('guids', sections),
      starts: sections.u32('starts'),
      addons: sections.u32('addons'),
      weights: sections.f64('weights'),
    };
  },
};
