import { describe, expect, it } from 'vitest';
import type { ActiveSet, Manifest, SetMember } from '../../src/domain/model-records.ts';
import { couldHold, planErasure } from '../../src/models/erasure.ts';
import { listModels } from '../../src/models/model-listing.ts';
import {
  assertComplete,
  haveSameMembers,
  newSet,
  previousAfter,
  retiredVersions,
  setsOf,
} from '../../src/models/set-rules.ts';
import { modelKey, nextVersion } from '../../src/models/version.ts';

/** Version `n` of a model, in time order. */
function version(n: number): string {
  return nextVersion(n * 1000, undefined, '00000000');
}

function member(model: string, n: number): SetMember {
  return { model, version: version(n) };
}

function manifest(model: string, n: number, parents: readonly string[] = []): Manifest {
  return {
    ...member(model, n),
    formatVersion: 1,
    createdAt: n * 1000,
    bytes: 0,
    sha256: '',
    chunks: [],
    inputs: [{ topic: 'addons.profile.changed.v1', partition: 0, offset: n * 10 }],
    parents,
    seed: 1,
    clients: n,
    metrics: [],
    deletionWatermark: 0,
  };
}

function existing(manifests: readonly Manifest[], ...sets: readonly ActiveSet[]) {
  return {
    manifests: new Map(manifests.map((one) => [modelKey(one), one])),
    sets: new Map(sets.map((set) => [set.product, set])),
  };
}

/** The record after activating versions `ns` of `a` and `b` one after the other. */
function activated(ns: readonly number[], product = 'addons', models = ['a', 'b']): ActiveSet {
  let record: ActiveSet | undefined;
  for (const n of ns) {
    const next = newSet(
      models.map((model) => member(model, n)),
      record,
      n * 1000,
    );
    const previous = previousAfter(record, next);
    record = { product, active: next, previous, activatedAt: n * 1000, activatedBy: 'test', reason: '' };
  }
  if (record === undefined) throw new Error('nothing activated');
  return record;
}

function both(ns: readonly number[]): Manifest[] {
  return ns.flatMap((n) => [manifest('a', n), manifest('b', n)]);
}

describe('the sets of a product', () => {
  it('are the active one and the four before it, newest first', () => {
    const versions = setsOf(activated([1, 2, 3, 4, 5, 6, 7])).map(({ members }) => members[0]?.version);
    expect(versions).toEqual([7, 6, 5, 4, 3].map(version));
  });

  it('hold no set twice when an old one comes back', () => {
    const record = activated([1, 2, 3]);
    const [, , oldest] = setsOf(record);
    if (oldest === undefined) throw new Error('no third set');
    expect(previousAfter(record, oldest).map(({ members }) => members[0]?.version)).toEqual(
      [3, 2].map(version),
    );
  });

  it('have versions that sort by time even when the clock stands still', () => {
    const record = activated([5]);
    const next = newSet([member('a', 6)], record, 5000);
    expect(next.setVersion > record.active.setVersion).toBe(true);
  });

  it('are the same whatever the order of their members', () => {
    expect(haveSameMembers([member('a', 1), member('b', 2)], [member('b', 2), member('a', 1)])).toBe(true);
    expect(haveSameMembers([member('a', 1)], [member('a', 2)])).toBe(false);
  });
});

describe('a set to activate', () => {
  const { manifests } = existing([manifest('a', 1), manifest('b', 1, [modelKey(member('a', 9))])]);

  it.each([
    ['has no member', [], 'set-invalid'],
    ['has a model twice', [member('a', 1), member('a', 2)], 'set-invalid'],
    ['has a member without a manifest', [member('a', 2)], 'model-missing'],
    ['has a member whose parent is gone', [member('b', 1)], 'parent-missing'],
  ])('is refused where it %s', (_what, members, code) => {
    expect(() => assertComplete(members, manifests)).toThrow(expect.objectContaining({ code }));
  });

  it('is accepted where all of it exists', () => {
    expect(() => assertComplete([member('a', 1)], manifests)).not.toThrow();
  });
});

describe('retired versions', () => {
  it('are those in none of the five sets and older than the active one', () => {
    const all = both([1, 2, 3, 4, 5, 6, 7, 8]);
    const retired = retiredVersions('addons', existing(all, activated([1, 2, 3, 4, 5, 6, 7])));
    expect(retired.map(modelKey)).toEqual(both([1, 2]).map(modelKey));
  });

  it('are never newer than an old set that was brought back', () => {
    const record = activated([5, 6]);
    const back: ActiveSet = { ...record, active: record.previous[0] ?? record.active, previous: [] };
    expect(retiredVersions('addons', existing(both([5, 6, 7]), back))).toEqual([]);
  });

  it('leave what another product serves, what a kept model was trained against, and other models', () => {
    const parent = manifest('a', 1);
    const all = [parent, manifest('a', 2), manifest('a', 3, [modelKey(parent)]), manifest('c', 1)];
    const other = activated([2], 'articles', ['a']);
    const retired = retiredVersions('addons', existing(all, activated([3], 'addons', ['a']), other));
    expect(retired).toEqual([]);
  });
});

describe('an erasure', () => {
  it('takes versions away, with the previous sets that hold them', () => {
    const plan = planErasure(
      'addons',
      [member('a', 1), member('b', 2)].map(modelKey),
      existing(both([1, 2, 3, 4]), activated([1, 2, 3, 4])),
    );
    expect(plan.erasure).toEqual({ erased: [member('a', 1), member('b', 2)].map(modelKey), active: [] });
    expect(plan.manifests.map(modelKey)).toEqual(plan.erasure.erased);
    expect(plan.set?.previous.map(({ members }) => members[0]?.version)).toEqual([version(3)]);
  });

  it('leaves what an active set needs, parents included, and says so', () => {
    const parent = manifest('a', 1);
    const all = [parent, manifest('b', 4, [modelKey(parent)]), manifest('a', 4)];
    const plan = planErasure(
      'addons',
      [modelKey(parent), modelKey(member('a', 4))],
      existing(all, activated([4])),
    );
    expect(plan.erasure).toEqual({ erased: [], active: [modelKey(parent), modelKey(member('a', 4))] });
    expect(plan.manifests).toEqual([]);
    expect(plan.set).toBeUndefined();
  });

  it('takes away previous sets whose members were trained against an erased version', () => {
    const parent = manifest('a', 1);
    const all = [parent, manifest('b', 2, [modelKey(parent)]), manifest('a', 2), ...both([3])];
    const plan = planErasure('addons', [modelKey(parent)], existing(all, activated([2, 3])));
    expect(plan.erasure.erased).toEqual([modelKey(parent)]);
    expect(plan.set?.previous).toEqual([]);
  });

  it('counts a version that is gone already as erased', () => {
    const gone = modelKey(member('a', 1));
    expect(planErasure('addons', [gone], existing([])).erasure.erased).toEqual([gone]);
  });

  it('concerns the models that had not read up to the deletion', () => {
    const place = { topic: 'addons.profile.changed.v1', partition: 0, offset: 20 };
    expect(couldHold(manifest('a', 2), place)).toBe(true);
    expect(couldHold(manifest('a', 3), place)).toBe(false);
    expect(couldHold(manifest('a', 2), { ...place, partition: 1 })).toBe(false);
  });
});

describe('the listing', () => {
  it('shows versions newest first with the sets that hold them', () => {
    const { models, sets } = listModels(existing(both([1, 2, 3]), activated([1, 2])), 10_000);
    expect(models.map(({ manifest: { model, version: v } }) => [model, v])).toEqual([
      ['a', version(3)],
      ['a', version(2)],
      ['a', version(1)],
      ['b', version(3)],
      ['b', version(2)],
      ['b', version(1)],
    ]);
    expect(models.map(({ active }) => active)).toEqual([false, true, false, false, true, false]);
    expect(models.map((model) => model.sets.length)).toEqual([0, 1, 1, 0, 1, 1]);
    expect(models[1]?.ageMs).toBe(8000);
    expect(sets.map(({ active, activation }) => [active, activation?.by])).toEqual([
      [true, 'test'],
      [false, undefined],
    ]);
  });
});
