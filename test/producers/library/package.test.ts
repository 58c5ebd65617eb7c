import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { partitionOf } from '../../../src/log/partition.ts';
import { InstalledPackage } from './installed-package.ts';
import { describeOnKafka, KafkaSystem } from './kafka-system.ts';

const PAGE = readFileSync(new URL('../../../docs/producers.md', import.meta.url), 'utf8');
const PEPPER = 'a pepper of some length';
/** Packing compiles everything. */
const PACK_LIMIT_MS = 120_000;

const TYPED = `
import { openProducer, type ClientObservation, type Producer, TaarError } from 'taar-stream/producers';
export async function publish(observation: ClientObservation): Promise<string> {
  const producer: Producer = await openProducer({
    brokers: ['127.0.0.1:9092'], registryUrl: 'http://127.0.0.1:8081', ssl: { ca: 'x' }, logger: console,
    sasl: { mechanism: 'plain', username: 'u', password: 'p' },
  });
  try {
    return await producer.observe({ ...observation, addons: [{ id: 'a@x', isSystem: null }] });
  } catch (error) {
    if (error instanceof TaarError && error.disposition === 'retry') return error.code;
    throw error;
  }
}
// @ts-expect-error an observation has a client
export const wrong: ClientObservation = {};
`;

describe('the package, packed and installed', () => {
  let project: InstalledPackage;
  beforeAll(async () => {
    project = await InstalledPackage.install();
  }, PACK_LIMIT_MS);
  afterAll(() => project?.remove());

  it('declares its types in full, for a strict project that checks libraries too', async () => {
    await project.write('publish.ts', TYPED);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const compiler = 'node_modules/typescript/bin/tsc';
    const { code, out } = await project.node([compiler, ...options, 'publish.ts', '--ignoreConfig']);
    expect(out).toBe('');
    expect(code).toBe(0);
  });

  it('holds the command line as well', async () => {
    const { code, out } = await project.node(['node_modules/taar-stream/bin/taar', '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}receipt /m);
  });

  describeOnKafka('on a real broker and registry', () => {
    it('publishes from plain JavaScript, as docs/producers.md shows it', async () => {
      await using system = await KafkaSystem.make();
      const [, example = ''] = /```js\n(.*?)```/s.exec(PAGE) ?? [];
      await project.write('example.js', example);
      const env = { ...system.env, CLIENT_KEY_PEPPER: PEPPER };
      const { code, out, err } = await project.node(['--no-warnings', 'example.js'], env);
      expect(err).toBe('');
      expect(code).toBe(0);
      const [outcome, requestId] = out.trim().split('\n');
      expect(outcome).toBe('published');

      const key = new ClientKeys(PEPPER).of(sha256Hex('5d2c8f3a-6b1e-4c7d-9a2f-0e1d2c3b4a59'));
      const [stored, ...more] = await system.stored('addons.client.event.v1');
      expect(more).toEqual([]);
      expect(stored).toMatchObject({ key, partition: partitionOf(Buffer.from(key), 8) });
      const at = Date.parse('2026-11-22T23:00:00Z');
      expect(stored?.record.value).toMatchObject({
        kind: 'observed',
        documentId: '0f0f0f0f-1111-4222-8333-444444444444',
        createdAt: at,
        submittedAt: at,
        addons: [
          { id: 'uBlock0@raymondhill.net', version: '1.60.0', isSystem: false, name: null },
          { id: 'formautofill@mozilla.org', isSystem: true },
        ],
        counters: null,
        facts: { locale: 'de', os: 'Linux', channel: 'release', country: 'DE', city: 'Berlin' },
      });
      const [deletion] = await system.stored('privacy.deletion.requested.v1');
      expect(deletion?.record.value).toMatchObject({ requestId, origin: 'operator', reopen: false });
    });

    it('decodes a large ping in a thread, which is JavaScript too', async () => {
      await using system = await KafkaSystem.make();
      await project.write(
        'large.js',
        `import { openProducer } from 'taar-stream/producers';
        const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, KAFKA_PREFIX: prefix, CLIENT_KEY_PEPPER: pepper } = process.env;
        const brokers = KAFKA_BROKERS.split(',');
        const producer = await openProducer({ brokers, registryUrl: SCHEMA_REGISTRY_URL, prefix, pepper });
        const path = '/submit/firefox-desktop/addons/1/0f0f0f0f-1111-4222-8333-444444444444';
        const body = Buffer.from(JSON.stringify({ more: 'x'.repeat(200_000) }));
        await producer.publishPing({ path, body }).catch((error) => console.log(error.code));
        await producer.close();`,
      );
      const env = { ...system.env, CLIENT_KEY_PEPPER: PEPPER };
      const { out, err } = await project.node(['--no-warnings', 'large.js'], env);
      expect(err).toBe('');
      expect(out.trim()).toBe('wrong-shape');
    });
  });
});
