import type { Section, Sections } from './snapshot.ts';

/** The models of the products. */
export const MODEL_NAMES = ['coinstall', 'ranking'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/**
 * How one kind of model becomes a snapshot and back. `decode` makes views on the sections, without parsing, and
 * checks the model's own invariants; it throws TaarError `model-invalid` where one is broken.
 */
export interface ModelKind<M> {
  readonly name: ModelName;
  readonly formatVersion: number;
  encode(model: M): readonly Section[];
  decode(sections: Sections): M;
}
