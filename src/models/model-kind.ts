import type { Section, Sections } from './snapshot.ts';

/** The models of the products. */
export const MODEL_NAMES = [
  'coinstall',
  'ranking',
  'collaborative',
  'similarity',
  'locale',
  'ensemble',
  'allowlist',
] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/**
 * How one kind of model becomes a snapshot and back, without parsing: the arrays of a model are views on the
 * received sections.
 */
export interface ModelKind<M> {
  readonly name: ModelName;
  readonly formatVersion: number;
  /** The same model gives the same sections, hence the same bytes. */
  encode(model: M): readonly Section[];
  /**
   * The model after all its invariants were checked, which takes time proportional to its size.
   * @throws TaarError `model-invalid` (halt) where one is broken
   */
  decode(sections: Sections): M;
  /** The model without the checks, in microseconds: for sections that `decode` has accepted elsewhere. */
  view(sections: Sections): M;
}
