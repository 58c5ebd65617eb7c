import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaAddresses } from '../../src/cli/kafka-settings.ts';
import { readSettings } from '../../src/ops/settings.ts';

const KAFKA = { KAFKA_BROKERS: 'a:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081/apis/ccompat/v7' };

describe('kafkaAddresses', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taar-tls-'));
    for (const name of ['ca', 'cert', 'key']) await writeFile(join(folder, name), `the ${name}`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are none where the log is in DATA_DIR', async () => {
    expect(await kafkaAddresses(readSettings({}), 'serve')).toBeUndefined();
  });

  it('name the process to the brokers, and put nothing in that is not set', async () => {
    expect(await kafkaAddresses(readSettings({ ...KAFKA, KAFKA_PREFIX: 'test.' }), 'serve')).toEqual({
      kafka: { brokers: ['a:9092'], clientId: 'taar-serve', prefix: 'test.' },
      registry: { url: 'http://registry:8081/apis/ccompat/v7' },
    });
  });

  it('hand TLS and SASL through to the client, and credentials to the registry', async () => {
    const settings = readSettings({
      ...KAFKA,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA: join(folder, 'ca'),
      KAFKA_TLS_CERT: join(folder, 'cert'),
      KAFKA_TLS_KEY: join(folder, 'key'),
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'taar',
      KAFKA_SASL_PASSWORD: 'secret',
      SCHEMA_REGISTRY_USERNAME: 'reader',
      SCHEMA_REGISTRY_PASSWORD: 'other secret',
    });
    expect(await kafkaAddresses(settings, 'serve')).toMatchObject({
      kafka: {
        ssl: { ca: ['the ca'], cert: 'the cert', key: 'the key' },
        sasl: { mechanism: 'scram-sha-512', username: 'taar', password: 'secret' },
      },
      registry: { username: 'reader', password: 'other secret' },
    });
  });

  it('say which file cannot be read', async () => {
    const settings = readSettings({ ...KAFKA, KAFKA_TLS: 'true', KAFKA_TLS_CA: join(folder, 'none') });
    await expect(kafkaAddresses(settings, 'serve')).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
