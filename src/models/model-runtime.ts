import type { ModelName } from './model-kind.ts';
import type { Section, Sections } from './snapshot.ts';

/** The sections of the members of a set, by model. */
export type SetSections = ReadonlyMap<ModelName, Sections>;

/**
 * What a serving product makes of a model set, so that a request finds all its indexes ready.
 * `prepareModule` exports `prepare: PrepareModels`; it runs in the receiver's worker thread. `attach` runs where
 * requests are answered: it only makes views (`ModelKind.view`), since `decode` has accepted every member before.
 */
export interface ModelRuntime<R> {
  readonly product: string;
  /** Those that it can use. A set may lack some of them, not all. */
  readonly models: readonly ModelName[];
  readonly prepareModule: URL;
  attach(models: SetSections, prepared: Sections): R;
  /** Exercises the runtime once before it serves. @throws where it does not answer */
  warmUp(runtime: R): void;
}

/** Checks what only the members together can show and builds the request-time indexes as sections. Pure. */
export type PrepareModels = (models: SetSections) => readonly Section[];
