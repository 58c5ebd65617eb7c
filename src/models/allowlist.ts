import type { ModelKind } from './model-kind.ts';
import type { Section, Sections } from './snapshot.ts';
import { StringTable } from './string-table.ts';

/**
 * The add-ons that may be recommended, in the artifact's order. TAAR reads only how many there are, and the first of
 * them for test clients (spec/taar-serving.md section 5.7); one may stand twice.
 */
export interface AllowlistModel {
  readonly guids: StringTable;
}

export const ALLOWLIST: ModelKind<AllowlistModel> = {
  name: 'allowlist',
  formatVersion: 1,

  encode({ guids }: AllowlistModel): readonly Section[] {
    return guids.encode('guids');
  },

  decode(sections: Sections): AllowlistModel {
    return { guids: StringTable.decode('guids', sections) };
  },

  view(sections: Sections): AllowlistModel {
    return { guids: StringTable.view('guids', sections) };
  },
};
