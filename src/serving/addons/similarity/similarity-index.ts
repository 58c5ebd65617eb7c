import {
  CATEGORICAL_FIELDS,
  CONTINUOUS_FIELDS,
  donorsOf,
  FIELD_STATES,
  type SimilarityModel,
} from '../../../models/similarity.ts';
import type { Section, Sections } from '../../../models/snapshot.ts';
import { buildStringIndex, StringIndex } from '../../../models/string-index.ts';
import { arraySections } from '../index-sections.ts';
import type { ItemNumbers } from '../items.ts';
import { buildCurve, type Curve } from './curve.ts';

const PART = 'similarity';

/** In place of a category that a donor lacks: no client has it. */
const NO_CATEGORY = -1;

/** What similarity scoring looks up (spec/taar-serving.md section 5.2). */
export interface SimilarityIndex {
  readonly donors: number;
  /** Donors in a column: as many as there are, made even, since they are measured two at a time. */
  readonly stride: number;
  /** Column after column; 0 where a donor lacks the number. */
  readonly continuous: Float64Array;
  /** 1 for a donor without one of the numbers: its distance is NaN. */
  readonly hasGap: Uint8Array;
  /** Column after column, numbers of the model's categories. */
  readonly categorical: Int32Array;
  /** The number of a category; -1 for one that no donor has. */
  readonly categories: StringIndex;
  /** Donor d has the items from itemStarts[d] to itemStarts[d + 1]. */
  readonly itemStarts: Uint32Array;
  readonly items: Uint32Array;
  /** Item i has the donors from donorStarts[i] to donorStarts[i + 1]. */
  readonly donorStarts: Uint32Array;
  readonly itemDonors: Uint32Array;
  readonly curve: Curve;
}

export function similaritySections(model: SimilarityModel, numbers: ItemNumbers): readonly Section[] {
  const itemOf = numbers.itemsOf(model.guids);
  const items = model.addons.map((addon) => itemOf[addon] ?? 0);
  return [
    ...arraySections(PART, {
      continuous: continuousColumns(model),
      hasGap: gapsOf(model),
      categorical: categoricalColumns(model),
      items,
      ...donorsByItem(model.addonStarts, items, numbers.size),
    }),
    ...arraySections(`${PART}.curve`, { ...buildCurve(model) }),
    ...buildStringIndex(`${PART}.categories`, model.categories),
  ];
}

export function viewSimilarityIndex(model: SimilarityModel, sections: Sections): SimilarityIndex {
  const curve = `${PART}.curve`;
  return {
    donors: donorsOf(model),
    stride: strideOf(donorsOf(model)),
    continuous: sections.f64(`${PART}.continuous`),
    hasGap: sections.u8(`${PART}.hasGap`),
    categorical: sections.i32(`${PART}.categorical`),
    categories: new StringIndex(`${PART}.categories`, sections, model.categories),
    itemStarts: model.addonStarts,
    items: sections.u32(`${PART}.items`),
    donorStarts: sections.u32(`${PART}.donorStarts`),
    itemDonors: sections.u32(`${PART}.itemDonors`),
    curve: {
      distances: sections.f64(`${curve}.distances`),
      places: sections.u32(`${curve}.places`),
      weights: sections.f64(`${curve}.weights`),
      ranks: sections.u32(`${curve}.ranks`),
      cells: sections.u32(`${curve}.cells`),
      bounds: sections.f64(`${curve}.bounds`),
    },
  };
}

/** The fields of a donor, counted once: similarity.as.ts is written out for exactly these. */
const FIELDS = {
  continuous: CONTINUOUS_FIELDS.length,
  categorical: CATEGORICAL_FIELDS.length,
} as const;

/** The donors of each item, ascending: the lists of items turned round. */
function donorsByItem(itemStarts: Uint32Array, items: Uint32Array, size: number) {
  const donorStarts = new Uint32Array(size + 1);
  for (const item of items) donorStarts[item + 1] = (donorStarts[item + 1] ?? 0) + 1;
  for (let item = 0; item < size; item++) {
    donorStarts[item + 1] = (donorStarts[item + 1] ?? 0) + (donorStarts[item] ?? 0);
  }
  const itemDonors = new Uint32Array(items.length);
  const free = donorStarts.slice();
  for (let donor = 0; donor + 1 < itemStarts.length; donor++) {
    for (const item of items.subarray(itemStarts[donor], itemStarts[donor + 1])) {
      const at = free[item] ?? 0;
      itemDonors[at] = donor;
      free[item] = at + 1;
    }
  }
  return { donorStarts, itemDonors };
}

function strideOf(donors: number): number {
  return donors + (donors % 2);
}

function continuousColumns(model: SimilarityModel): Float64Array {
  const stride = strideOf(donorsOf(model));
  const columns = new Float64Array(FIELDS.continuous * stride);
  for (const [i, value] of model.continuous.entries()) {
    const [donor, field] = [Math.floor(i / FIELDS.continuous), i % FIELDS.continuous];
    columns[field * stride + donor] = value;
  }
  return columns;
}

function gapsOf({ continuousStates, addonStarts }: SimilarityModel): Uint8Array {
  const hasGap = new Uint8Array(addonStarts.length - 1);
  for (const [i, state] of continuousStates.entries()) {
    if (state !== FIELD_STATES.present) hasGap[Math.floor(i / FIELDS.continuous)] = 1;
  }
  return hasGap;
}

function categoricalColumns(model: SimilarityModel): Int32Array {
  const { categorical, categoricalStates } = model;
  const stride = strideOf(donorsOf(model));
  const columns = new Int32Array(FIELDS.categorical * stride);
  for (const [i, state] of categoricalStates.entries()) {
    const [donor, field] = [Math.floor(i / FIELDS.categorical), i % FIELDS.categorical];
    columns[field * stride + donor] =
      state === FIELD_STATES.present ? (categorical[i] ?? NO_CATEGORY) : NO_CATEGORY;
  }
  return columns;
}
