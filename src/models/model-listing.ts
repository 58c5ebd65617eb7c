import type { EpochMs } from '../domain/clock.ts';
import type { Manifest, ModelSet } from '../domain/model-records.ts';
import { type Existing, setsOf } from './set-rules.ts';
import { modelKey } from './version.ts';

/** A version of a model as `taar models list` and `show` print it. */
export interface ListedModel {
  readonly manifest: Manifest;
  readonly ageMs: number;
  /** The sets that hold it, by product; the active one first. */
  readonly sets: readonly { readonly product: string; readonly setVersion: string }[];
  /** True when a product serves it now. */
  readonly active: boolean;
}

/** A set of a product that is served or can be brought back. */
export interface ListedSet extends ModelSet {
  readonly product: string;
  readonly active: boolean;
  /** When, by whom and why it was activated; known of the active one. */
  readonly activation: { readonly at: EpochMs; readonly by: string; readonly reason: string } | undefined;
}

export interface ModelListing {
  readonly models: readonly ListedModel[];
  readonly sets: readonly ListedSet[];
}

/** All versions (newest first, by model) and all sets that are kept. Pure. */
export function listModels(existing: Existing, now: EpochMs): ModelListing {
  const sets = [...existing.sets.values()].flatMap((record) =>
    setsOf(record).map((set): ListedSet => {
      const active = set === record.active;
      const { activatedAt: at, activatedBy: by, reason } = record;
      return { ...set, product: record.product, active, activation: active ? { at, by, reason } : undefined };
    }),
  );
  const models = [...existing.manifests.values()]
    .sort((a, b) => compare(a.model, b.model) || compare(b.version, a.version))
    .map((manifest): ListedModel => {
      const holders = sets.filter(({ members }) => members.some((m) => modelKey(m) === modelKey(manifest)));
      return {
        manifest,
        ageMs: now - manifest.createdAt,
        sets: holders.map(({ product, setVersion }) => ({ product, setVersion })),
        active: holders.some(({ active }) => active),
      };
    });
  return { models, sets };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
