import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { TaarError } from '../../../src/domain/errors.ts';
import type { EventLog } from '../../../src/log/event-log.ts';
import { LogProducer } from '../../../src/producers/library/log-producer.ts';
import { CANARY_ID, captured, LEGACY_ID, packed } from '../captured-ping.ts';
import { NOW, TemporaryLog } from '../temporary-log.ts';

const KEYS = new ClientKeys('a pepper of some length');
const KEY = KEYS.of(sha256Hex(LEGACY_ID));
const EVENTS = 'addons.client.event.v1';

let storage: TemporaryLog;
let producer: LogProducer;
beforeEach(async () => {
  storage = await TemporaryLog.open();
  producer = producerOn({});
});
afterEach(async () => {
  await producer.close();
  await storage.remove();
});

function producerOn({ append }: Partial<Pick<EventLog, 'append'>>): LogProducer {
  const { log, codec } = storage;
  return new LogProducer({
    log: { append: append ?? ((records) => log.append(records)), close: async () => {} },
    codec,
    keys: KEYS,
    clock: () => NOW,
    newId: randomUUID,
  });
}

describe('observe', () => {
  it('publishes under the peppered key, and a link where both ids are known', async () => {
    const gleanClientId = randomUUID();
    expect(await producer.observe({ clientId: LEGACY_ID, gleanClientId, facts: { locale: 'de' } })).toBe(
      'published',
    );
    const stored = await storage.stored(EVENTS);
    expect(stored).toHaveLength(2);
    expect(stored).toContainEqual(
      expect.objectContaining({ key: KEY, value: expect.objectContaining({ kind: 'observed' }) }),
    );
    expect(stored).toContainEqual(
      expect.objectContaining({
        key: KEYS.of(sha256Hex(gleanClientId)),
        value: { kind: 'link-requested', createdAt: NOW, submittedAt: NOW, canonical: KEY },
      }),
    );
  });

  it('publishes nothing of nobody', async () => {
    expect(await producer.observe({ clientId: CANARY_ID })).toBe('nobody');
    expect(await storage.stored(EVENTS)).toEqual([]);
  });

  it('rejects, and never throws, where the input is wrong', async () => {
    const observing = producer.observe({ clientId: 'somebody' });
    await expect(observing).rejects.toMatchObject({ code: 'client-id-invalid' });
  });
});

describe('publishPing', () => {
  it('takes gzipped and plain bodies, and leaves unread what is not used', async () => {
    const { url: path, body } = captured('main');
    const plain = Buffer.from(JSON.stringify(body));
    expect(await producer.publishPing({ path, body: plain })).toBe('published');
    const [first] = await storage.stored(EVENTS);
    expect(await producer.publishPing({ path, body: packed(body) })).toBe('published');
    expect(await storage.stored(EVENTS)).toEqual([first, first]);
    expect(await producer.publishPing({ path: '/submit/telemetry/x', body: plain })).toBe('unread');
  });

  it('decodes a large one in another thread, and refuses one that is too large', async () => {
    const { url: path, body } = captured('main');
    const large = { ...body, more: 'x'.repeat(200_000) };
    expect(await producer.publishPing({ path, body: packed(large) })).toBe('published');
    const tooLarge = producer.publishPing({ path, body: Buffer.alloc(2 * 2 ** 20 + 1, '[') });
    await expect(tooLarge).rejects.toMatchObject({ code: 'too-large' });
  });

  it('publishes the deletion that a browser asks for', async () => {
    const { url: path, body } = captured('deletion-request');
    expect(await producer.publishPing({ path, body: packed(body) })).toBe('published');
    const [deletion] = await storage.stored(EVENTS);
    expect(deletion?.value).toMatchObject({ kind: 'deletion-requested', origin: 'client' });
  });
});

describe('requestDeletion', () => {
  it('takes an id or its hash, and returns the request id', async () => {
    const first = await producer.requestDeletion(LEGACY_ID);
    const second = await producer.requestDeletion(sha256Hex(LEGACY_ID), { reopen: true });
    const stored = await storage.stored('privacy.deletion.requested.v1');
    expect(stored.map(({ key }) => key)).toEqual([KEY, KEY]);
    expect(stored.map(({ value }) => value)).toMatchObject([
      { requestId: first, origin: 'operator', reopen: false },
      { requestId: second, origin: 'operator', reopen: true },
    ]);
  });

  it.each([
    ['', 'is named by its id'],
    [LEGACY_ID.toUpperCase(), 'is named by its id'],
    [sha256Hex(LEGACY_ID).toUpperCase(), 'is named by its id'],
    [CANARY_ID, 'stands for nobody'],
  ])('refuses %j without repeating it', async (client, message) => {
    const refusal = await producer.requestDeletion(client).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'client-id-invalid', message: expect.stringContaining(message) });
    if (client !== '') expect(String(refusal)).not.toContain(client);
  });
});

describe('close', () => {
  it('waits for what is under way, and takes nothing more', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = producerOn({
      append: async (records) => {
        await gate.promise;
        return storage.log.append(records);
      },
    });
    const observing = slow.observe({ clientId: LEGACY_ID });
    const closing = slow.close();
    await expect(slow.observe({ clientId: LEGACY_ID })).rejects.toMatchObject({ code: 'producer-closed' });
    gate.resolve();
    await closing;
    expect(await observing).toBe('published');
    expect(await storage.stored(EVENTS)).toHaveLength(1);
  });

  it('gives a failure of the log to whoever published', async () => {
    const down = new TaarError('log-unavailable', 'retry', 'not there');
    const failing = producerOn({ append: () => Promise.reject(down) });
    await expect(failing.observe({ clientId: LEGACY_ID })).rejects.toBe(down);
    await failing.close();
  });
});

it('leaves no raw id in anything that is written', async () => {
  const { url: path, body } = captured('main');
  await producer.observe({ clientId: LEGACY_ID, addons: [{ id: 'a@x' }] });
  await producer.publishPing({ path, body: packed(body) });
  await producer.requestDeletion(LEGACY_ID);
  const written = await storage.everythingWritten();
  expect(written).toContain('a@x');
  expect(written).not.toContain(LEGACY_ID);
  expect(written).not.toContain(sha256Hex(LEGACY_ID));
});
