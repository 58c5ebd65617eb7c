import { describe, expect, it, vi } from 'vitest';
import type { ErasureReceipt } from '../../src/domain/deletion.ts';
import { SetActivator } from '../../src/models/activation.ts';
import { ChangelogWatch } from '../../src/trainers/changelog-watch.ts';
import { ReceiptBook } from '../../src/trainers/receipt-book.ts';
import { closedProfile, NOW, openProfile } from './profiles.ts';
import { CHANGELOG, EVENTS, NEVER, RoleBench, SILENT } from './role-bench.ts';

const WAIT = { timeout: 10_000, interval: 20 };

describe('training when told', () => {
  it('publishes both models from one state of the view and activates them together', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const report = await bench.role().trainNow('because');
    const { manifests, active } = await bench.models();
    expect(report).toMatchObject({ clients: 4, refusals: [], active });
    expect(active).toMatchObject({ product: 'addons', activatedBy: 'trainer', reason: 'because' });
    expect(active?.active.members.map(({ model }) => model)).toEqual(['coinstall', 'ranking']);
    const [coinstall, ranking] = manifests.values();
    expect(coinstall?.inputs).toEqual(ranking?.inputs);
    expect(coinstall?.inputs.reduce((sum, { offset }) => sum + offset, 0)).toBe(4);
    expect(coinstall).toMatchObject({ clients: 4, seed: 1, deletionWatermark: 0 });
    expect(coinstall?.metrics).toContainEqual({ name: 'items', value: 3 });
  });

  it('gives the same bytes again', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role();
    const digests = async () =>
      [...(await bench.models()).manifests.values()].map(({ model, sha256 }) => model + sha256);
    await role.trainNow('once');
    const first = await digests();
    await role.trainNow('twice');
    expect(first).toHaveLength(2);
    expect((await digests()).toSorted()).toEqual([...first, ...first].toSorted());
  });

  it('keeps the other model of the set when only one is trained', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role();
    const before = (await role.trainNow('all')).active?.active.members;
    await bench.put('5', openProfile(['a']));
    const after = (await role.trainNow('one', { models: ['ranking'] })).active?.active.members;
    expect(after?.[0]).toEqual(before?.[0]);
    expect(after?.[1]).not.toEqual(before?.[1]);
  });

  it('publishes nothing, and says why, without a catalogue or without profiles', async () => {
    const bench = await RoleBench.open({ withCatalogue: false });
    await bench.putPeople();
    const role = bench.role();
    expect((await role.trainNow('too early')).refusals).toMatchObject([{ model: 'coinstall' }]);
    expect(await bench.models()).toMatchObject({ manifests: new Map(), active: undefined });
    const empty = await RoleBench.open();
    const { refusals } = await empty.role().trainNow('too early');
    expect(refusals.map(({ model }) => model)).toEqual(['coinstall', 'ranking']);
    expect(await empty.models()).toMatchObject({ manifests: new Map(), active: undefined });
  });

  it('leaves the old set where a model lost more than half, unless forced', async () => {
    const bench = await RoleBench.open();
    await bench.put('1', openProfile(['a', 'b', 'c', 'd', 'e']));
    const role = bench.role();
    const { active } = await role.trainNow('first');
    await bench.put('1', openProfile(['a', 'b']));
    expect(await role.trainNow('shrunk')).toMatchObject({ active, refusals: [{ model: 'ranking' }] });
    expect((await role.trainNow('meant', { force: true })).refusals).toEqual([]);
  });

  it('does not train on a view that is behind the changelog', async () => {
    const bench = await RoleBench.open();
    await bench.follower.stop();
    await bench.putPeople();
    const role = bench.role({ patienceMs: 50 });
    await expect(role.trainNow('too early')).rejects.toMatchObject({ code: 'view-behind' });
  });

  it('ends with the role', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role();
    await role.start();
    const training = role.trainNow('late');
    await role.drain();
    await expect(training).rejects.toMatchObject({ code: 'training-stopped' });
    expect((await bench.models()).active).toBeUndefined();
  });
});

describe('training by itself', () => {
  it('begins as soon as there are profiles, and again when enough of them changed', async () => {
    const bench = await RoleBench.open();
    const role = bench.role({
      pace: { ...NEVER, firstRetryMs: 0, minIntervalMs: 0, changedShare: 0.5 },
    });
    await role.start();
    await bench.putPeople();
    await vi.waitFor(
      async () => expect((await bench.models()).active).toMatchObject({ reason: 'first' }),
      WAIT,
    );
    const first = (await bench.models()).active;
    await bench.put('1', openProfile(['a', 'c']));
    await bench.put('2', openProfile(['a', 'c']));
    await bench.put('3', openProfile(['a', 'c']));
    await vi.waitFor(async () => expect((await bench.models()).active).not.toEqual(first), WAIT);
    expect((await bench.models()).active).toMatchObject({ reason: 'changes' });
  });

  it('follows a deletion, which ends with a receipt', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role({ pace: { ...NEVER, minIntervalMs: 0, changedShare: 2 } });
    await role.start();
    await role.trainNow('first');
    const before = [...(await bench.models()).manifests.keys()].toSorted();
    const place = await bench.put('1', closedProfile(['request'], NOW));
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    const { manifests, active } = await bench.models();
    expect(active).toMatchObject({ reason: 'erasure', previous: [] });
    expect(await bench.receipts()).toEqual([
      {
        requestId: 'request',
        product: 'addons',
        completedAt: NOW,
        closedRows: [`${CHANGELOG}/${place?.partition}/${place?.offset}`],
        erasedVersions: before,
        activeVersions: [...manifests.keys()],
        unprovenVersions: [],
      },
    ]);
    expect([...manifests.values()].map(({ deletionWatermark }) => deletionWatermark)).toEqual([NOW, NOW]);
  });
});

describe('a deletion that takes most of a model with it', () => {
  it('is carried out all the same, and so is that of everybody', async () => {
    const bench = await RoleBench.open();
    await bench.put('1', openProfile(['a', 'b', 'c', 'd', 'e']));
    await bench.put('2', openProfile(['a', 'b']));
    await bench.put('3', openProfile(['a', 'b']));
    const role = bench.role({ pace: { ...NEVER, minIntervalMs: 0, changedShare: 2 } });
    await role.start();
    await role.trainNow('first');
    await bench.put('1', closedProfile(['one']));
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    for (const name of ['2', '3']) await bench.put(name, closedProfile([name]));
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(3), WAIT);
    const { manifests, active } = await bench.models();
    expect(active).toMatchObject({ reason: 'erasure', previous: [] });
    expect([...manifests.values()].map(({ clients, metrics }) => [clients, metrics[0]?.value])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    await bench.put('4', openProfile(['a', 'b']));
    expect((await role.trainNow('somebody came')).refusals).toEqual([]);
  });

  it('is known to a training that is asked for right after it', async () => {
    const bench = await RoleBench.open();
    for (const name of ['1', '2']) await bench.put(name, openProfile(['a', 'b']));
    const role = bench.role();
    await role.start();
    await vi.waitFor(() => expect(role.caughtUp).toBe(true), WAIT);
    await role.trainNow('first');
    for (const name of ['1', '2']) await bench.put(name, closedProfile([name]));
    expect(await role.trainNow('at once')).toMatchObject({ clients: 0, refusals: [] });
    expect(await bench.receipts()).toHaveLength(2);
  });
});

describe('receipts', () => {
  it('are written once, whoever looks again', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    await bench.put('1', closedProfile(['one', 'two']));
    for (let i = 0; i < 2; i++) {
      const role = bench.role();
      await role.start();
      await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(2), WAIT);
      await role.trainNow('again');
      await role.stop();
    }
    expect((await bench.receipts()).map(({ requestId }) => requestId).toSorted()).toEqual(['one', 'two']);
  });

  it('say that nothing had to be erased where there was no model', async () => {
    const bench = await RoleBench.open({ withCatalogue: false });
    await bench.put('1', closedProfile(['request']));
    await bench.role().start();
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    expect(await bench.receipts()).toMatchObject([{ erasedVersions: [], activeVersions: [] }]);
  });

  it('name the versions that were made elsewhere apart: nobody can say whom those hold', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role();
    await role.start();
    await role.trainNow('first');
    const imported = await bench.importLocale();
    await bench.put('1', closedProfile(['request']));
    await vi.waitFor(() => expect(role.caughtUp).toBe(true), WAIT);
    await role.trainNow('second');
    const [receipt] = await bench.receipts();
    expect(receipt?.unprovenVersions).toEqual([imported]);
    expect(receipt?.activeVersions.map((version) => version.split('@')[0])).toEqual(['coinstall', 'ranking']);
    expect((await bench.models()).active?.active.members).toHaveLength(3);
  });

  it('come after a restart, where the process died between the new set and the receipt', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role();
    await role.trainNow('first');
    const old = [...(await bench.models()).manifests.keys()].toSorted();
    await bench.put('1', closedProfile(['request']));
    // Not started: it does not see the changelog, trains all the same, and is gone before any receipt.
    await role.trainNow('second');
    expect(await bench.receipts()).toEqual([]);
    await bench.role().start();
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    expect(await bench.receipts()).toMatchObject([{ requestId: 'request', erasedVersions: old }]);
    const { manifests, active } = await bench.models();
    expect(active?.reason).toBe('second');
    expect([...manifests.keys()].filter((version) => old.includes(version))).toEqual([]);
  });

  it('wait while an active version may hold the client', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role();
    await role.start();
    await role.trainNow('first');
    await bench.put('1', closedProfile(['request']));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await bench.receipts()).toEqual([]);
    await role.trainNow('second');
    expect(await bench.receipts()).toHaveLength(1);
  });

  it('wait for deletions that are still on their way', async () => {
    const bench = await RoleBench.open();
    await bench.put('1', closedProfile(['request']));
    const { topic, group } = EVENTS;
    const derived = {
      kind: 'deletion-requested',
      requestId: 'request',
      origin: 'client',
      reopen: false,
    } as const;
    const value = bench.codec.encode('addons.ClientDeletionRequested', {
      ...derived,
      derivedFrom: null,
      createdAt: NOW,
      submittedAt: NOW,
    });
    await bench.log.append([{ topic, key: 'somebody', value }]);
    const role = bench.role({ patienceMs: 100 });
    await role.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await bench.receipts()).toEqual([]);
    const stopped = new AbortController();
    const handler = {
      assigned: async () => {},
      batch: async () => [],
      committed: async () => {},
      revoked: async () => {},
      lost: async () => {},
      failed: async () => false,
    };
    const processing = bench.log.process(group, topic, handler, stopped.signal);
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    stopped.abort();
    await processing;
  });

  it('are followed by another where a late link closes a further row of the client', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const role = bench.role({ pace: { ...NEVER, minIntervalMs: 0, changedShare: 2 } });
    await role.start();
    await bench.put('glean', closedProfile(['request']));
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    await role.trainNow('holds the legacy row');
    const holders = [...(await bench.models()).manifests.keys()].toSorted();
    const place = await bench.put('1', closedProfile(['request']));
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(2), WAIT);
    expect((await bench.receipts())[1]).toMatchObject({
      requestId: 'request',
      closedRows: [`${CHANGELOG}/${place?.partition}/${place?.offset}`],
      erasedVersions: holders,
    });
    const { manifests, active } = await bench.models();
    expect(active).toMatchObject({ reason: 'erasure', previous: [] });
    expect([...manifests.keys()].filter((version) => holders.includes(version))).toEqual([]);
  });

  it('are not followed by another where no version could hold the row that closes late', async () => {
    const bench = await RoleBench.open({ withCatalogue: false });
    await bench.put('glean', closedProfile(['request']));
    await bench.role().start();
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(1), WAIT);
    await bench.put('1', closedProfile(['request', 'later']));
    await vi.waitFor(async () => expect(await bench.receipts()).toHaveLength(2), WAIT);
    expect((await bench.receipts()).map(({ requestId }) => requestId)).toEqual(['request', 'later']);
  });

  it('wait where an older set was brought back at the last moment', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    const activator = new SetActivator(bench.log, bench.codec, () => NOW);
    const role = bench.role({
      activator: {
        activate: (...args) => activator.activate(...args),
        erase: async (activation, versions) => {
          if (first !== undefined) await activator.activatePrevious(activation, first);
          first = undefined;
          return activator.erase(activation, versions);
        },
      },
    });
    await role.start();
    let first = (await role.trainNow('first')).active?.active.setVersion;
    await bench.put('1', closedProfile(['request']));
    await role.trainNow('second');
    expect(first).toBeUndefined();
    expect(await bench.receipts()).toEqual([]);
    await role.trainNow('third');
    expect(await bench.receipts()).toHaveLength(1);
  });
});

describe('a receipt book', () => {
  const receipt = (requestId: string): ErasureReceipt => ({
    requestId,
    product: 'addons',
    completedAt: NOW,
    closedRows: [],
    erasedVersions: [],
    activeVersions: [],
    unprovenVersions: [],
  });

  it('writes no receipt that another writer has written since', async () => {
    const { log, codec, receipts } = await RoleBench.open();
    const [mine, other] = [new ReceiptBook(log, codec, 'addons'), new ReceiptBook(log, codec, 'addons')];
    await mine.write([receipt('one')]);
    await other.write([receipt('one'), receipt('two')]);
    await mine.write([receipt('two')]);
    expect((await receipts()).map(({ requestId }) => requestId)).toEqual(['one', 'two']);
  });

  it('knows after a restart what was written', async () => {
    const { log, codec } = await RoleBench.open();
    await new ReceiptBook(log, codec, 'addons').write([receipt('one')]);
    const book = new ReceiptBook(log, codec, 'addons');
    await book.catchUp();
    expect([book.has('one'), book.has('two')]).toEqual([true, false]);
  });
});

describe('the changelog watch', () => {
  it('notes what has no receipt yet, and how many keys changed', async () => {
    const bench = await RoleBench.open();
    await bench.putPeople();
    await bench.put('1', closedProfile(['done', 'open']));
    await bench.put('2', openProfile(['c']));
    const watch = new ChangelogWatch(bench.log, bench.codec, SILENT, (requestId) => requestId === 'done');
    const stopped = new AbortController();
    const running = watch.run(stopped.signal);
    await vi.waitFor(() => expect(watch.caughtUp).toBe(true), WAIT);
    expect(watch.erasures.waiting().map(({ requestId }) => requestId)).toEqual(['open']);
    expect(watch.changed.count).toBe(4);
    expect(watch.openRows).toBe(5);
    stopped.abort();
    await running;
  });
});
