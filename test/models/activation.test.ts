import { describe, expect, it } from 'vitest';
import type { ActiveSet } from '../../src/domain/model-records.ts';
import { SetActivator } from '../../src/models/activation.ts';
import { PublishedModels } from '../../src/models/published-models.ts';
import { modelKey } from '../../src/models/version.ts';
import { BY_TEST, ModelLog, membersOf, PRODUCT, renamed } from './model-log.ts';

async function existing({ log, codec }: ModelLog): Promise<PublishedModels> {
  const published = new PublishedModels(log, codec);
  await published.catchUp();
  return published;
}

function code(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'done',
    (error) => error.code,
  );
}

describe('activating a set', () => {
  it('keeps the last five and tombstones what none of them needs', () =>
    ModelLog.with(async (models) => {
      const sets: ActiveSet[] = [];
      for (let mark = 1; mark <= 7; mark++) sets.push(await models.serve(mark));
      const last = sets.at(-1);
      expect(last?.previous.map(({ setVersion }) => setVersion)).toEqual(
        [5, 4, 3, 2].map((i) => sets[i]?.active.setVersion),
      );
      const { manifests, sets: found } = await existing(models);
      expect(found.get(PRODUCT)).toEqual(last);
      const kept = sets.slice(2).flatMap(({ active }) => active.members.map(modelKey));
      expect([...manifests.keys()].sort()).toEqual(kept.sort());
    }));

  it('that is active already appends nothing', () =>
    ModelLog.with(async (models) => {
      const set = await models.serve(1);
      expect(await models.activator.activate(BY_TEST, [...set.active.members].reverse())).toEqual(set);
      expect(await models.log.bounds('models.set.activated.v1')).toEqual([{ earliest: 0, end: 1 }]);
    }));

  it('is refused where a member or a parent of one is gone', () =>
    ModelLog.with(async (models) => {
      const [coinstall] = await models.publishBoth(1);
      if (coinstall === undefined) throw new Error('not published');
      const unknown = [{ model: 'coinstall', version: 'never' }];
      expect(await code(models.activator.activate(BY_TEST, unknown))).toBe('model-missing');
      const child = renamed(coinstall, { parents: ['ranking@never'] });
      await models.forge([child]);
      const orphan = membersOf([child]);
      expect(await code(models.activator.activate({ ...BY_TEST, product: 'other' }, orphan))).toBe(
        'parent-missing',
      );
    }));

  it('lets only one of two win that mean to replace the same set', () =>
    ModelLog.with(async (models) => {
      const { active } = await models.serve(1);
      const rival = new SetActivator(models.log, models.codec, Date.now);
      const second = membersOf(await models.publishBoth(2));
      const third = membersOf(await models.publishBoth(3));
      const expected = { ...BY_TEST, expected: active.setVersion };
      const ends = await Promise.all([
        code(models.activator.activate(expected, second)),
        code(rival.activate(expected, third)),
      ]);
      expect([...ends].sort()).toEqual(['done', 'set-changed-meanwhile']);
      const set = (await existing(models)).sets.get(PRODUCT);
      expect(set?.active.members).toEqual(ends[0] === 'done' ? second : third);
      expect(set?.previous.map(({ setVersion }) => setVersion)).toEqual([active.setVersion]);
    }));

  it('that was meant to be the first is refused once there is one', () =>
    ModelLog.with(async (models) => {
      await models.serve(1);
      const members = membersOf(await models.publishBoth(2));
      expect(await code(models.activator.activate({ ...BY_TEST, expected: null }, members))).toBe(
        'set-changed-meanwhile',
      );
    }));
});

describe('bringing back a set', () => {
  it('makes it the active one and keeps the one it replaces', () =>
    ModelLog.with(async (models) => {
      const sets = [await models.serve(1), await models.serve(2), await models.serve(3)];
      const [first] = sets;
      if (first === undefined) throw new Error('no set');
      const back = await models.activator.activatePrevious(BY_TEST, first.active.setVersion);
      expect(back.active).toEqual(first.active);
      expect(back.previous.map(({ setVersion }) => setVersion)).toEqual(
        [2, 1].map((i) => sets[i]?.active.setVersion),
      );
      expect((await existing(models)).manifests.size).toBe(6);
    }));

  it('is refused for a set that is not kept', () =>
    ModelLog.with(async (models) => {
      await models.serve(1);
      expect(await code(models.activator.activatePrevious(BY_TEST, 'never'))).toBe('set-unknown');
    }));
});

describe('erasing versions', () => {
  it('tombstones manifest and chunks, and none of their sets can be brought back', () =>
    ModelLog.with(async (models) => {
      const first = await models.serve(1);
      const second = await models.serve(2);
      const versions = first.active.members.map(modelKey);
      const erasure = await models.activator.erase(BY_TEST, versions);
      expect(erasure).toEqual({ erased: versions, active: [] });
      const { manifests, sets } = await existing(models);
      expect([...manifests.keys()].sort()).toEqual(second.active.members.map(modelKey).sort());
      expect(sets.get(PRODUCT)?.active).toEqual(second.active);
      expect(sets.get(PRODUCT)?.previous).toEqual([]);
      const again = models.activator.activatePrevious(BY_TEST, first.active.setVersion);
      expect(await code(again)).toBe('set-unknown');
      expect(await code(models.activator.activate(BY_TEST, first.active.members))).toBe('model-missing');
    }));

  it('leaves the active set alone and says so', () =>
    ModelLog.with(async (models) => {
      const { active } = await models.serve(1);
      const versions = active.members.map(modelKey);
      expect(await models.activator.erase(BY_TEST, versions)).toEqual({ erased: [], active: versions });
      expect((await existing(models)).manifests.size).toBe(2);
    }));
});
