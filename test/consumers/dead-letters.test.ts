import { describe, expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { DeadLetters } from '../../src/consumers/dead-letters.ts';
import { DAY_MS, MINUTE_MS } from '../../src/domain/clock.ts';
import type { LogRecord } from '../../src/log/event-log.ts';
import { addonRecord, keyOf, observed } from '../sim/client-events.ts';
import {
  type Ground,
  openGround,
  recordOf,
  recordsOf,
  settled,
  startConsumer,
  statesIn,
  temporaryFolder,
} from './running-consumer.ts';

const TOPIC = 'addons.client.event.v1';
const DLQ = `${TOPIC}.dlq`;
const KEY = keyOf('client');
const FUTURE = DAY_MS + 11 * MINUTE_MS;

/** A consumer has set aside one record that came too early, one of the wrong type and one that is nothing. */
async function groundWithLetters(): Promise<Ground & { readonly letters: DeadLetters }> {
  const ground = await openGround(await temporaryFolder());
  const { log, codec } = ground;
  const early = recordOf(codec, { key: KEY, event: observed(FUTURE, { addons: [addonRecord('a@x')] }) });
  const refusal = { code: 'c', documentType: 'd', bytes: 1, at: 2 };
  await log.append([early]);
  await startConsumer(addonClient, ground);
  await settled(ground, addonClient);
  await log.append([{ topic: TOPIC, key: KEY, value: codec.encode('intake.PingRejected', refusal) }]);
  await settled(ground, addonClient);
  await log.append([{ topic: TOPIC, key: KEY, value: Buffer.from('secret') }]);
  await settled(ground, addonClient);
  return { ...ground, letters: new DeadLetters(log, codec) };
}

function replayedIn(records: readonly LogRecord[]): LogRecord[] {
  return records.filter(({ headers }) => headers['replayed-from'] !== undefined);
}

describe('listing dead letters', () => {
  it('tells position, code, source, size and fate of each, and counts by code', async () => {
    const { letters, time } = await groundWithLetters();
    const { counts, letters: listed } = await letters.list({}, 10);
    expect(counts).toEqual({ 'submitted-in-future': 1, 'record-type-unexpected': 1, 'schema-unknown': 1 });
    expect(listed).toMatchObject([
      { position: `${DLQ}/0/0`, code: 'submitted-in-future', kept: true, replayable: true },
      { position: `${DLQ}/0/1`, code: 'record-type-unexpected', kept: true, replayable: true },
      { position: `${DLQ}/0/2`, code: 'schema-unknown', kept: false, replayable: false, valueBytes: 6 },
    ]);
    for (const [i, { source, at }] of listed.entries()) {
      expect(source).toMatch(new RegExp(`^${TOPIC}/\\d/${i}$`));
      expect(at).toBe(time.now);
    }
  });

  it('names the newest, and counts all, of those that are selected', async () => {
    const { letters } = await groundWithLetters();
    const newest = await letters.list({ topic: TOPIC }, 1);
    expect(newest.letters.map(({ position }) => position)).toEqual([`${DLQ}/0/2`]);
    expect(Object.values(newest.counts)).toEqual([1, 1, 1]);
    const byCode = await letters.list({ code: 'submitted-in-future' }, 10);
    expect(byCode.letters.map(({ position }) => position)).toEqual([`${DLQ}/0/0`]);
    const behind = await letters.list({ from: `${DLQ}/0/1` }, 10);
    expect(behind.letters.map(({ position }) => position)).toEqual([`${DLQ}/0/1`, `${DLQ}/0/2`]);
    expect(await letters.list({ topic: 'privacy.deletion.requested.v1' }, 10)).toEqual({
      counts: {},
      letters: [],
    });
    expect((await letters.list({ from: `${DLQ}/0/99` }, 10)).letters).toEqual([]);
  });
});

describe('showing a dead letter', () => {
  it('tells headers and outline, but neither the key nor what the value says', async () => {
    const { letters } = await groundWithLetters();
    const details = await letters.show(`${DLQ}/0/0`);
    expect(details).toMatchObject({
      code: 'submitted-in-future',
      headers: { code: 'submitted-in-future', 'source-topic': TOPIC, 'source-key': 'kept, not shown' },
      type: 'addons.ClientObserved',
      value: { addons: { entries: '1', first: { id: 'text of 3 characters' } } },
    });
    expect(JSON.stringify(details)).not.toContain(KEY);
    expect(JSON.stringify(details)).not.toContain('a@x');
    expect(await letters.show(`${DLQ}/0/2`)).toMatchObject({ type: null, value: null, valueBytes: 6 });
  });

  it('repeats nothing that somebody else has put there', async () => {
    const { log, letters } = await groundWithLetters();
    const headers = { code: 'Jane Doe', 'source-offset': 'Jane', 'Jane Doe': 'x', 'source-key': 'Jane Doe' };
    await log.append([{ topic: DLQ, key: 'Jane Doe', value: Buffer.from('Jane Doe'), headers }]);
    const details = await letters.show(`${DLQ}/0/3`);
    expect(JSON.stringify(details)).not.toContain('Jane');
    expect(details).toMatchObject({
      code: 'unknown',
      source: null,
      replayable: false,
      headers: { others: '3', 'source-key': 'kept, not shown' },
      type: null,
      value: null,
    });
  });

  it.each([`${DLQ}/0/99`, `${DLQ}/7/0`, `${TOPIC}/0/0`, 'models.chunk.published.v1.dlq/0/0', 'x'])(
    'does not know %s',
    async (position) => {
      const { letters } = await groundWithLetters();
      await expect(letters.show(position)).rejects.toMatchObject({ code: 'dead-letter-unknown' });
    },
  );
});

describe('replaying dead letters', () => {
  it('brings records in under their own key once the cause is gone, and says what it cannot', async () => {
    const ground = await groundWithLetters();
    ground.time.now += DAY_MS;
    const report = await ground.letters.replay({});
    expect(report).toEqual({
      replayed: 2,
      refused: { 'value-not-kept': 1 },
      next: [`${DLQ}/0/3`, 'privacy.deletion.requested.v1.dlq/0/0'],
    });
    await settled(ground, addonClient);
    expect(await statesIn(ground.view, ground.codec)).toMatchObject({
      [KEY]: { addons: { addons: [{ id: 'a@x' }] } },
    });
    const replayed = replayedIn(await recordsOf(ground.log, TOPIC));
    expect(replayed.map(({ key, headers }) => [key, headers])).toEqual([
      [KEY, { 'replayed-from': `${DLQ}/0/0` }],
      [KEY, { 'replayed-from': `${DLQ}/0/1` }],
    ]);
    // What is still wrong is set aside again.
    const { counts } = await ground.letters.list({ from: `${DLQ}/0/3` }, 10);
    expect(counts).toEqual({ 'record-type-unexpected': 1 });
  });

  it('changes nothing when it is done twice, and takes only what is selected', async () => {
    const ground = await groundWithLetters();
    ground.time.now += DAY_MS;
    const selection = { code: 'submitted-in-future' };
    expect(await ground.letters.replay(selection)).toMatchObject({ replayed: 1, refused: {} });
    await settled(ground, addonClient);
    const once = await statesIn(ground.view, ground.codec);
    expect(await ground.letters.replay(selection)).toMatchObject({ replayed: 1 });
    await settled(ground, addonClient);
    expect(await statesIn(ground.view, ground.codec)).toEqual(once);
    expect(await ground.letters.replay({ ...selection, from: `${DLQ}/0/1` })).toEqual({
      replayed: 0,
      refused: {},
      next: [`${DLQ}/0/3`],
    });
  });

  it('refuses what has no key of a client, and counts it', async () => {
    const ground = await groundWithLetters();
    const { value } = recordOf(ground.codec, { key: KEY, event: observed(1) });
    const raw = 'c0ffeec0-ffee-c0ff-eec0-ffeec0ffeec0';
    await ground.log.append([
      { topic: DLQ, key: 'x', value, headers: { code: 'key-invalid' } },
      { topic: DLQ, key: 'x', value, headers: { code: 'key-invalid', 'source-key': raw } },
    ]);
    expect(await ground.letters.replay({ code: 'key-invalid' })).toMatchObject({
      replayed: 0,
      refused: { 'key-not-kept': 2 },
    });
    expect(replayedIn(await recordsOf(ground.log, TOPIC))).toEqual([]);
  });

  it('appends many in order', async () => {
    const ground = await groundWithLetters();
    const count = 450;
    const records = Array.from({ length: count }, (_, i) => {
      const { value } = recordOf(ground.codec, { key: KEY, event: observed(i) });
      const headers = { code: 'partition-wrong', 'source-key': KEY };
      return { topic: DLQ, key: 'x', value, headers } as const;
    });
    await ground.log.append(records);
    const report = await ground.letters.replay({ code: 'partition-wrong' });
    expect(report.replayed).toBe(count);
    const replayed = replayedIn(await recordsOf(ground.log, TOPIC));
    expect(replayed.map(({ headers }) => headers['replayed-from'])).toEqual(
      records.map((_, i) => `${DLQ}/0/${i + 3}`),
    );
  });
});
