import { describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { DAY_MS, MINUTE_MS } from '../../src/domain/clock.ts';
import { CHANGED_AT_HEADER } from '../../src/log/headers.ts';
import {
  addonRecord,
  deletionRequested,
  keyOf,
  linkRequested,
  NOON,
  observed,
} from '../sim/client-events.ts';
import { type Addressed, statesAfter } from '../sim/client-simulation.ts';
import {
  bytesIn,
  type Ground,
  openGround,
  recordOf,
  recordsOf,
  settled,
  startConsumer,
  statesIn,
  temporaryFolder,
} from './running-consumer.ts';
import { SlowView } from './slow-view.ts';

const LEGACY = keyOf('legacy');
const GLEAN = keyOf('glean');
const DLQ = 'addons.client.event.v1.dlq';

function append(ground: Ground, events: readonly Addressed[]): Promise<unknown> {
  return ground.log.append(events.map((event) => recordOf(ground.codec, event)));
}

function hex(bytes: Uint8Array | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('hex');
}

/** A browser that is seen under both of its ids, and then deleted under one. */
const LINKED: readonly Addressed[] = [
  { key: GLEAN, event: observed(1, { addons: [addonRecord('a@x')] }) },
  { key: GLEAN, event: linkRequested(2, LEGACY) },
  { key: LEGACY, event: observed(3, { facts: { locale: 'de' } }) },
  { key: GLEAN, event: observed(4, { addons: [addonRecord('b@x')] }) },
];

describe('the runner', () => {
  it('brings what comes under both ids of a browser into one row', async () => {
    const ground = await openGround(await temporaryFolder());
    await append(ground, LINKED);
    await startConsumer(addonClient, ground);
    await settled(ground, addonClient);
    const states = await statesIn(ground.view, ground.codec);
    expect(states[LEGACY]).toMatchObject({
      kind: 'open',
      aliases: [GLEAN],
      addons: { addons: [{ id: 'a@x' }, { id: 'b@x' }] },
      facts: { locale: { value: 'de' } },
    });
    expect(states).toEqual(statesAfter(LINKED, 1));
  });

  it('closes both rows when one is deleted, while it runs', async () => {
    const ground = await openGround(await temporaryFolder());
    await startConsumer(addonClient, ground);
    await append(ground, LINKED);
    await append(ground, [{ key: GLEAN, event: deletionRequested(9) }]);
    await settled(ground, addonClient);
    const states = await statesIn(ground.view, ground.codec);
    expect(Object.values(states).map((state) => state.kind)).toEqual(['closed', 'closed']);
  });

  it('works on one batch at a time, whichever partitions have some', async () => {
    const ground = await openGround(await temporaryFolder());
    const keys = Array.from({ length: 64 }, (_, i) => keyOf(`client ${i}`));
    await append(
      ground,
      keys.map((key) => ({ key, event: observed(1) })),
    );
    const slow = new SlowView(ground.view, 5);
    await startConsumer(addonClient, { ...ground, view: slow });
    await settled(ground, addonClient);
    expect(Object.keys(await statesIn(ground.view, ground.codec))).toHaveLength(64);
    expect(slow.mostReads).toBe(1);
  });

  it('writes one state for each key and batch, and says when it changed', async () => {
    const ground = await openGround(await temporaryFolder());
    const pings = Array.from({ length: 20 }, (_, i) => ({ key: LEGACY, event: observed(i, { addons: [] }) }));
    await append(ground, pings);
    await startConsumer(addonClient, ground);
    await settled(ground, addonClient);
    const changes = await recordsOf(ground.log, 'addons.profile.changed.v1');
    expect(changes.length).toBe(1);
    const value = changes[0]?.value ?? Buffer.alloc(0);
    const { changedAt } = ground.codec.decodeAs('addons.Profile', value);
    expect(changes[0]?.headers).toEqual({ [CHANGED_AT_HEADER]: `${changedAt}` });
    expect(changedAt).toBe(NOON + 19);
    expect([...(await bytesIn(ground.view))].map(([key, bytes]) => [key, hex(bytes)])).toEqual([
      [LEGACY, hex(value)],
    ]);
  });

  it('writes nothing for what changes nothing', async () => {
    const ground = await openGround(await temporaryFolder());
    const ping = { key: LEGACY, event: observed(1, { addons: [] }) };
    await append(ground, [ping]);
    await startConsumer(addonClient, ground);
    await settled(ground, addonClient);
    await append(ground, [ping, ping]);
    await settled(ground, addonClient);
    expect((await recordsOf(ground.log, 'addons.profile.changed.v1')).length).toBe(1);
  });

  it('goes on where it was when it starts again, also with a new view', async () => {
    const folder = await temporaryFolder();
    const ground = await openGround(folder);
    await append(ground, LINKED.slice(0, 2));
    const consumer = await startConsumer(addonClient, ground);
    await settled(ground, addonClient);
    await consumer.stop();
    await append(ground, LINKED.slice(2));
    const other = await openGround(await temporaryFolder());
    await startConsumer(addonClient, { ...ground, view: other.view, metrics: other.metrics });
    await settled({ ...ground, view: other.view }, addonClient);
    expect(await statesIn(other.view, ground.codec)).toEqual(statesAfter(LINKED, 1));
  });

  it('drops rows that nobody has seen for ninety days, and counts what it does', async () => {
    const ground = await openGround(await temporaryFolder());
    await startConsumer(addonClient, ground);
    await append(ground, [...LINKED, { key: keyOf('deleted'), event: deletionRequested(1) }]);
    await settled(ground, addonClient);
    ground.time.now = NOON + 95 * DAY_MS;
    // One ping in each partition moves its stream time along.
    const later = Array.from({ length: 64 }, (_, i) => ({
      key: keyOf(`later ${i}`),
      event: observed(91 * DAY_MS),
    }));
    await append(ground, later);
    await settled(ground, addonClient);
    const states = await statesIn(ground.view, ground.codec);
    expect(states[GLEAN]).toMatchObject({ kind: 'alias' });
    expect(states[keyOf('deleted')]).toMatchObject({ kind: 'closed' });
    expect(states[LEGACY]).toBeUndefined();
    expect(Object.keys(states).length).toBe(66);
    const tombstones = (await recordsOf(ground.log, 'addons.profile.changed.v1')).filter(
      (record) => record.value === null,
    );
    expect(tombstones.map(({ key, headers }) => [key, headers])).toEqual([
      [LEGACY, { [CHANGED_AT_HEADER]: `${NOON + 91 * DAY_MS}` }],
    ]);
    const metrics = await ground.metrics.registry.metrics();
    expect(metrics).toContain('taar_consumer_expired_total{aggregate="addon-client"} 1');
    expect(metrics).toContain(
      'taar_consumer_events_total{aggregate="addon-client",type="addons.ClientAliasJoined"} 1',
    );
  });

  it('treats a row that has outlived its time as absent, though no search has found it yet', async () => {
    const ground = await openGround(await temporaryFolder());
    await startConsumer(addonClient, ground);
    await append(ground, [{ key: LEGACY, event: observed(1, { addons: [], facts: { locale: 'de' } }) }]);
    await settled(ground, addonClient);
    ground.time.now = NOON + 95 * DAY_MS;
    await append(ground, [{ key: LEGACY, event: observed(91 * DAY_MS, { facts: { os: 'Linux' } }) }]);
    await settled(ground, addonClient);
    expect((await statesIn(ground.view, ground.codec))[LEGACY]).toMatchObject({
      addons: null,
      facts: { locale: null, os: { value: 'Linux' } },
    });
  });
});

describe('a record that cannot be processed', () => {
  it('is set aside, and what is behind it is not lost', async () => {
    const ground = await openGround(await temporaryFolder());
    const { log, codec } = ground;
    const topic = 'addons.client.event.v1';
    const good = recordOf(codec, { key: LEGACY, event: observed(5, { addons: [addonRecord('a@x')] }) });
    const future = observed(DAY_MS + 11 * MINUTE_MS);
    const otherType = codec.encode('intake.PingRejected', { code: 'c', documentType: 'd', bytes: 1, at: 2 });
    const values = [
      Buffer.from('secret'),
      Buffer.from([0, 0, 0, 255, 255, 1]),
      good.value?.subarray(0, 20) ?? null,
      Buffer.concat([good.value ?? Buffer.alloc(0), Buffer.from([1])]),
      null,
      otherType,
      recordOf(codec, { key: LEGACY, event: future }).value,
    ];
    await log.append([...values.map((value) => ({ topic, key: LEGACY, value }) as const), good]);
    await log.append([{ ...good, key: 'c0ffeec0-ffee-c0ff-eec0-ffeec0ffeec0' }]);
    await startConsumer(addonClient, ground);
    await settled(ground, addonClient);

    expect((await statesIn(ground.view, codec))[LEGACY]).toMatchObject({
      addons: { addons: [{ id: 'a@x' }] },
    });
    const letters = await recordsOf(log, DLQ);
    const byCode = letters.map(({ headers, value }) => [headers.code, hex(value)]);
    expect(byCode.sort()).toEqual(
      [
        ['record-not-decodable', null],
        ['record-not-decodable', null],
        ['record-type-unexpected', hex(otherType)],
        ['schema-unknown', null],
        ['schema-unknown', null],
        ['submitted-in-future', hex(values[6])],
        ['value-missing', null],
        ['key-invalid', hex(good.value)],
      ].sort(),
    );
    // Only what can be replayed keeps its key, and only a key that can be nobody's raw id.
    const keys = letters.map(({ headers }) => [headers.code, headers['source-key']]);
    expect(keys.filter(([, key]) => key !== undefined).sort()).toEqual([
      ['record-type-unexpected', LEGACY],
      ['submitted-in-future', LEGACY],
    ]);
    const secret = letters.find(({ headers }) => headers['value-bytes'] === '6');
    expect(secret?.headers).toEqual({
      code: 'schema-unknown',
      'source-topic': topic,
      'source-partition': expect.stringMatching(/^\d$/),
      'source-offset': '0',
      'value-bytes': '6',
      'value-sha256': '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
    });
    const { 'source-partition': partition } = secret?.headers ?? {};
    expect(secret?.key).toBe(`${topic}/${partition}/0`);
    expect(
      JSON.stringify([letters.map(({ key, headers }) => [key, headers]), ground.logger.lines]),
    ).not.toMatch(/c0ffee|secret/);
  });
});
