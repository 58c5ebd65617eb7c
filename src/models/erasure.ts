import type { ActiveSet, Manifest, ModelSet } from '../domain/model-records.ts';
import { type Existing, withParents } from './set-rules.ts';

/** What became of the versions that were to be erased. */
export interface Erasure {
  /** Gone: tombstoned now or before. */
  readonly erased: readonly string[];
  /** Left, since an active set needs them: activate a newer set, then erase them. */
  readonly active: readonly string[];
}

export interface ErasurePlan {
  readonly erasure: Erasure;
  /** The manifests of the versions that go now. */
  readonly manifests: readonly Manifest[];
  /** The product's record without the sets that cannot be brought back any more; undefined where it loses none. */
  readonly set: ActiveSet | undefined;
}

/** Where a deletion stands in the changelog that models are trained from. */
export interface DeletionPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** True when the model was trained from that changelog before the deletion reached it. */
export function couldHold(manifest: Manifest, deletion: DeletionPlace): boolean {
  return manifest.inputs.some(
    ({ topic, partition, offset }) =>
      topic === deletion.topic && partition === deletion.partition && offset <= deletion.offset,
  );
}

/** Pure: what to tombstone and which of the product's sets cannot be brought back any more. */
export function planErasure(product: string, versions: readonly string[], existing: Existing): ErasurePlan {
  const { manifests, sets } = existing;
  const activeMembers = [...sets.values()].flatMap(({ active }) => active.members);
  const needed = withParents(activeMembers, manifests);
  const erased = versions.filter((version) => !needed.has(version));
  const gone = new Set(erased);
  const isWhole = ({ members }: ModelSet): boolean =>
    [...withParents(members, manifests)].every((version) => !gone.has(version));
  const set = sets.get(product);
  return {
    erasure: { erased, active: versions.filter((version) => needed.has(version)) },
    manifests: erased.map((version) => manifests.get(version)).filter((manifest) => manifest !== undefined),
    set:
      set?.previous.every(isWhole) === false ? { ...set, previous: set.previous.filter(isWhole) } : undefined,
  };
}
