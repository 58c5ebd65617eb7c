import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { createHttpServer } from '../../../src/ops/http.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { openGeo } from '../../../src/producers/geo.ts';
import { registerIntake } from '../../../src/producers/intake.ts';
import { openProducer, type Producer } from '../../../src/producers/library/index.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { captured, LEGACY_ID, packed } from '../captured-ping.ts';
import { NOW } from '../temporary-log.ts';
import { describeOnKafka, KafkaSystem, type PlacedRecord } from './kafka-system.ts';

const PEPPER = 'a pepper of some length';
const EVENTS = 'addons.client.event.v1';

describeOnKafka('a producer on a real broker and registry', () => {
  let system: KafkaSystem;
  let producer: Producer;
  const { logger, lines } = new RecordingLogger();
  beforeAll(async () => {
    system = await KafkaSystem.make();
    producer = await openProducer({ ...system.options, pepper: PEPPER, logger });
  });
  afterAll(async () => {
    await producer.close();
    await system.close();
  });

  it('writes what the intake writes, byte for byte, into the same partition', async () => {
    const intake = await intakeOn(system);
    for (const name of ['main', 'baseline', 'addons', 'new-profile'] as const) {
      const ping = captured(name);
      const before = (await system.raw(EVENTS)).length;
      await intake(ping.url, packed(ping.body));
      const byIntake = (await system.raw(EVENTS)).length - before;
      await producer.publishPing({ path: ping.url, body: packed(ping.body), submittedAt: NOW });
      const records = await system.raw(EVENTS);
      expect(records.length - before).toBe(2 * byIntake);
      const contents = new Map<string, number>();
      for (const { key, partition, value } of records) {
        const content = `${partition}/${key}/${Buffer.from(value ?? []).toString('hex')}`;
        contents.set(content, (contents.get(content) ?? 0) + 1);
      }
      expect([...contents.values()].every((count) => count === 2)).toBe(true);
    }
  });

  it('makes of decoded data what the intake makes of the ping that holds it', async () => {
    const { url, body } = captured('new-profile');
    const byIntake = observationsOf(await system.stored(EVENTS), url);
    const { addons, facts } = byIntake[0]?.observed ?? {};
    await producer.observe({
      clientId: LEGACY_ID,
      documentId: url.split('/')[3] ?? '',
      createdAt: Date.parse(String(body.creationDate)),
      submittedAt: NOW,
      ...(addons && { addons }),
      ...(facts && { facts }),
    });
    const same = observationsOf(await system.stored(EVENTS), url);
    expect(same).toHaveLength(byIntake.length + 1);
    expect(new Set(same.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(addons?.length).toBeGreaterThan(5);
    expect(same[0]?.key).toBe(new ClientKeys(PEPPER).of(sha256Hex(LEGACY_ID)));
  });

  it('refuses another pepper, and none', async () => {
    for (const pepper of [{ pepper: 'quite another pepper' }, {}]) {
      const opening = openProducer({ ...system.options, ...pepper });
      await expect(opening).rejects.toMatchObject({ code: 'pepper-mismatch', disposition: 'halt' });
    }
  });

  it('has everything on the log once close resolves', async () => {
    const own = await openProducer({ ...system.options, pepper: PEPPER });
    const clients = Array.from({ length: 300 }, () => randomUUID());
    const published = clients.map((clientId) => own.observe({ clientId, facts: { locale: 'drained' } }));
    await own.close();
    expect(await Promise.all(published)).toEqual(Array(300).fill('published'));
    const stored = await system.stored(EVENTS);
    const keys = new Set(stored.map(({ key }) => key));
    const expected = clients.map((clientId) => new ClientKeys(PEPPER).of(sha256Hex(clientId)));
    expect(expected.every((key) => keys.has(key))).toBe(true);
    await expect(own.requestDeletion(LEGACY_ID)).rejects.toMatchObject({ code: 'producer-closed' });
  });

  it('brings no raw id to the broker, nor to its logger', async () => {
    await producer.requestDeletion(LEGACY_ID);
    const topics = [EVENTS, 'privacy.deletion.requested.v1'] as const;
    const records = (await Promise.all(topics.map((topic) => system.raw(topic)))).flat();
    expect(records.length).toBeGreaterThan(300);
    const written = records.map(({ key, value }) => `${key} ${Buffer.from(value ?? []).toString('latin1')}`);
    expect([...written, ...lines].filter((text) => text.includes(LEGACY_ID))).toEqual([]);
  });
});

describe('openProducer', () => {
  const usable = { brokers: ['127.0.0.1:24001'], registryUrl: 'http://127.0.0.1:24002' };

  it('says of all options that are not usable, without quoting them', async () => {
    const options = { brokers: ['nowhere'], registryUrl: 'ftp://x', pepper: 'short-secret', prefix: 'a b' };
    const refusal = await openProducer(options).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'settings-invalid', disposition: 'halt' });
    for (const name of ['brokers:', 'registryUrl:', 'pepper:', 'prefix:']) {
      expect(String(refusal)).toContain(name);
    }
    expect(String(refusal)).not.toContain('short-secret');
  });

  it('says that the registry is not there, as something that passes', async () => {
    const opening = openProducer(usable);
    await expect(opening).rejects.toMatchObject({ code: 'registry-unavailable', disposition: 'retry' });
  });
});

/** The intake on the system's log; what it returns sends one ping to it. */
async function intakeOn({ log, codec }: KafkaSystem): Promise<(url: string, body: Buffer) => Promise<void>> {
  const { logger } = new RecordingLogger();
  const app = createHttpServer({ logger, metrics: new Metrics(), trustProxy: false });
  registerIntake(app, {
    publisher: log,
    codec,
    keys: new ClientKeys(PEPPER),
    clock: () => NOW,
    geo: await openGeo(undefined),
    metrics: new Metrics(),
    logger,
    requestId: randomUUID,
  });
  return async (url, payload) => {
    const { statusCode } = await app.inject({ method: 'POST', url, payload });
    expect(statusCode).toBe(200);
  };
}

/** What was said by the ping of an address, and where it stands. */
function observationsOf(records: readonly PlacedRecord[], url: string) {
  return records.flatMap(({ key, partition, record }) =>
    record.type === 'addons.ClientObserved' && url.includes(record.value.documentId)
      ? [{ key, partition, observed: record.value }]
      : [],
  );
}
