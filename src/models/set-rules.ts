import { createHash } from 'node:crypto';
import type { EpochMs } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { ActiveSet, Manifest, ModelSet, SetMember } from '../domain/model-records.ts';
import { compareCodePoints } from '../domain/text-order.ts';
import { modelKey, nextVersion } from './version.ts';

/** How many sets beside the active one can be brought back. */
export const MAX_PREVIOUS_SETS = 4;

/** What exists in the log: manifests by `model@version`, sets by product. */
export interface Existing {
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly sets: ReadonlyMap<string, ActiveSet>;
}

/** All sets of a product that can be served, the active one first. */
export function setsOf(active: ActiveSet | undefined): readonly ModelSet[] {
  return active === undefined ? [] : [active.active, ...active.previous];
}

/** True when both name the same versions of the same models, in whatever order. */
export function haveSameMembers(a: readonly SetMember[], b: readonly SetMember[]): boolean {
  return membersText(a) === membersText(b);
}

/** A set of these members under a new version, later than any set of the product. */
export function newSet(
  members: readonly SetMember[],
  current: ActiveSet | undefined,
  now: EpochMs,
): ModelSet {
  const last = setsOf(current)
    .map(({ setVersion }) => setVersion)
    .sort()
    .at(-1);
  const digest = createHash('sha256').update(membersText(members)).digest('hex');
  return { setVersion: nextVersion(now, last, digest), members: sorted(members) };
}

/** The sets that can be brought back once `next` is active instead of `current`: newest first, none twice. */
export function previousAfter(current: ActiveSet | undefined, next: ModelSet): readonly ModelSet[] {
  return setsOf(current)
    .filter((set) => set.setVersion !== next.setVersion && !haveSameMembers(set.members, next.members))
    .slice(0, MAX_PREVIOUS_SETS);
}

/**
 * Members of a set must have a manifest, and so must the models that they were trained against.
 * @throws TaarError `model-missing` or `parent-missing` (halt)
 */
export function assertComplete(members: readonly SetMember[], manifests: Existing['manifests']): void {
  const models = new Set(members.map(({ model }) => model));
  if (members.length === 0 || models.size !== members.length) {
    throw new TaarError('set-invalid', 'halt', 'a set needs at least one model, and one version of each');
  }
  for (const member of members) {
    const key = modelKey(member);
    const manifest = manifests.get(key);
    if (manifest === undefined) {
      throw new TaarError(
        'model-missing',
        'halt',
        `${key} does not exist or was erased; choose another version`,
      );
    }
    const parent = manifest.parents.find((name) => !manifests.has(name));
    if (parent !== undefined) {
      throw new TaarError(
        'parent-missing',
        'halt',
        `${key} was trained against ${parent}, which is gone; train it again`,
      );
    }
  }
}

/** Members with all that they were trained against, as `model@version`. */
export function withParents(
  members: readonly SetMember[],
  manifests: Existing['manifests'],
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = members.map(modelKey);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    open.push(...(manifests.get(key)?.parents ?? []));
  }
  return found;
}

/** Versions that no set can need again: older than the product's active one and in no set of any product. */
export function retiredVersions(product: string, { manifests, sets }: Existing): readonly Manifest[] {
  const held = withParents(
    [...sets.values()].flatMap(setsOf).flatMap(({ members }) => members),
    manifests,
  );
  const active = new Map(sets.get(product)?.active.members.map(({ model, version }) => [model, version]));
  return [...manifests.values()].filter((manifest) => {
    const serving = active.get(manifest.model);
    return serving !== undefined && manifest.version < serving && !held.has(modelKey(manifest));
  });
}

function sorted(members: readonly SetMember[]): readonly SetMember[] {
  return [...members].sort((a, b) => compareCodePoints(a.model, b.model));
}

function membersText(members: readonly SetMember[]): string {
  return sorted(members).map(modelKey).join(' ');
}
