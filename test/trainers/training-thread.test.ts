import { beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import type { RecordCodec } from '../../src/log/record-codec.ts';
import { COINSTALL, coinstallToMap } from '../../src/models/coinstall.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import { RANKING, rankingToMap } from '../../src/models/ranking.ts';
import { type AddonTrainingTask, DEFAULT_ADDON_TRAINING } from '../../src/trainers/addons/training-task.ts';
import { type TrainingProgress, trainInThread } from '../../src/trainers/training-thread.ts';
import { closedProfile, keyOf, NOW, newCodec, openProfile, packed, snapshotOf } from './profiles.ts';

const WORKER = new URL('../../src/trainers/addons/worker.ts', import.meta.url);
const TASK: AddonTrainingTask = {
  models: ['coinstall', 'ranking'],
  now: NOW,
  seed: 1,
  settings: DEFAULT_ADDON_TRAINING,
  webExtensions: ['a', 'b', 'c'],
  previous: [],
  force: false,
  deletions: 0,
};
const PEOPLE: readonly (readonly [string, Profile])[] = [
  [keyOf('1'), openProfile(['a', 'b'])],
  [keyOf('2'), openProfile(['a', 'b', 'c', 'private'])],
  [keyOf('3'), closedProfile(['r'], NOW - 1)],
  [keyOf('4'), openProfile(['c'])],
];

let codec: RecordCodec;
beforeAll(async () => {
  codec = await newCodec();
});

function train(rows = PEOPLE, task: Partial<AddonTrainingTask> = {}, signal = new AbortController().signal) {
  const progress: TrainingProgress[] = [];
  const snapshot = snapshotOf(codec, rows);
  const onProgress = (each: TrainingProgress) => progress.push(each);
  const result = trainInThread({
    worker: WORKER,
    task: { ...TASK, ...task },
    snapshot,
    codec,
    signal,
    onProgress,
  });
  return result.then((done) => ({ ...done, progress }));
}

describe('training in a thread', () => {
  it('gives encoded models of what the snapshot holds', async () => {
    const { clients, deletionWatermark, trained, refusals, progress } = await train();
    expect({ clients, deletionWatermark, refusals }).toEqual({
      clients: 3,
      deletionWatermark: NOW - 1,
      refusals: [],
    });
    const [coinstall, ranking] = trained.map(({ snapshot }) => openSnapshot(snapshot, { verify: true }));
    if (coinstall === undefined || ranking === undefined) throw new Error('two models were expected');
    expect(coinstallToMap(COINSTALL.decode(coinstall))).toEqual(
      new Map([
        [
          'a',
          new Map([
            ['b', 2],
            ['c', 1],
          ]),
        ],
        [
          'b',
          new Map([
            ['a', 2],
            ['c', 1],
          ]),
        ],
        [
          'c',
          new Map([
            ['a', 1],
            ['b', 1],
          ]),
        ],
      ]),
    );
    expect(rankingToMap(RANKING.decode(ranking)).get('private')).toBe(1);
    expect(trained[0]?.metrics).toContainEqual({ name: 'items', value: 3 });
    expect(progress).toContainEqual({ kind: 'reading', clients: 3 });
    expect(progress).toContainEqual({ kind: 'training', model: 'coinstall' });
  });

  it('gives the same bytes again, in another order, and without a deleted client', async () => {
    const bytes = async (rows: typeof PEOPLE) => (await train(rows)).trained.map(({ snapshot }) => snapshot);
    const expected = await bytes(PEOPLE);
    expect(expected).toHaveLength(2);
    expect(await bytes(PEOPLE)).toEqual(expected);
    expect(await bytes(PEOPLE.toReversed())).toEqual(expected);
    expect(await bytes(PEOPLE.filter(([key]) => key !== keyOf('3')))).toEqual(expected);
  });

  it('takes a client in or out of the sample whoever else is there', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => [keyOf(`${i}`), openProfile([`x${i}`, 'a'])] as const);
    const task = {
      models: ['coinstall'] as const,
      settings: { ...DEFAULT_ADDON_TRAINING, sampleRate: 0.5 },
      webExtensions: ['a', ...rows.map((_, i) => `x${i}`)],
    };
    const sampled = async (some: typeof rows) => {
      const [model] = (await train(some, task)).trained;
      if (model === undefined) throw new Error('a model was expected');
      return COINSTALL.decode(openSnapshot(model.snapshot, { verify: true })).guids.toArray();
    };
    const all = await sampled(rows);
    expect(all.length).toBeGreaterThan(60);
    expect(all.length).toBeLessThan(140);
    const half = await sampled(rows.slice(0, 100));
    const inHalf = new Set(['a', ...rows.slice(0, 100).map((_, i) => `x${i}`)]);
    expect(half).toEqual(all.filter((guid) => inHalf.has(guid)));
  });

  it('publishes neither model when one is refused, and says why', async () => {
    const { trained, refusals } = await train(PEOPLE, { webExtensions: [] });
    expect(trained).toEqual([]);
    expect(refusals).toEqual([{ model: 'coinstall', reason: expect.stringContaining('catalogue') }]);
    const empty = await train([]);
    expect(empty.refusals.map(({ model }) => model)).toEqual(['coinstall', 'ranking']);
  });

  it('refuses a model that lost more than half, unless forced', async () => {
    const previous = [{ model: 'ranking', clients: 3, metrics: [{ name: 'items', value: 9 }] }];
    expect((await train(PEOPLE, { previous })).refusals).toEqual([
      { model: 'ranking', reason: expect.stringContaining('4 add-ons where the previous one knew 9') },
    ]);
    expect((await train(PEOPLE, { previous, force: true })).trained).toHaveLength(2);
  });

  it('lets a model lose whatever the deleted clients had', async () => {
    const metrics = [{ name: 'items', value: 9 }];
    const previous = (['coinstall', 'ranking'] as const).map((model) => ({ model, clients: 4, metrics }));
    expect((await train(PEOPLE, { previous, deletions: 1 })).trained).toHaveLength(2);
    expect((await train([], { previous, deletions: 3 })).refusals).toHaveLength(2);
    const { trained } = await train([], { previous, deletions: 4 });
    expect(trained.map(({ metrics: [items] }) => items)).toEqual([
      { name: 'items', value: 0 },
      { name: 'items', value: 0 },
    ]);
    expect((await train([], { previous, deletions: 1, force: true })).trained).toHaveLength(2);
    expect((await train([], { previous, force: true })).refusals).toHaveLength(2);
  });

  it('fails when a value cannot be read', async () => {
    const broken = snapshotOf(codec, PEOPLE);
    const cut = {
      ...broken,
      async *scan() {
        for await (const entries of broken.scan()) {
          entries.bytes.fill(0xff, (entries.ends[0] ?? 0) + 6);
          yield entries;
        }
      },
    };
    const signal = new AbortController().signal;
    await expect(
      trainInThread({ worker: WORKER, task: TASK, snapshot: cut, codec, signal }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/record-not-decodable|schema-unknown/),
    });
  });

  it('stops when it is told to, also in the midst of reading', async () => {
    const controller = new AbortController();
    let batches = 0;
    const endless = {
      ...snapshotOf(codec, PEOPLE),
      async *scan() {
        for (;;) {
          if (batches++ === 20) controller.abort();
          yield packed(codec, PEOPLE);
        }
      },
    };
    const { signal } = controller;
    const running = trainInThread({ worker: WORKER, task: TASK, snapshot: endless, codec, signal });
    await expect(running).rejects.toMatchObject({ code: 'training-stopped' });
    expect(batches).toBeLessThan(30);
    await expect(train(PEOPLE, {}, signal)).rejects.toMatchObject({ code: 'training-stopped' });
  });
});
