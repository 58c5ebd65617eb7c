import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KafkaConnection } from '../../../src/log/kafka/connection.ts';
import { openKafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { withTopics } from '../../../src/log/kafka/standing-topics.ts';
import { KafkaCluster } from '../../infra/kafka-cluster.ts';
import { freePorts } from '../../infra/ports.ts';
import { describeWithOwn } from '../../infra/services.ts';
import { SILENT } from './cluster-log.ts';

const TOPIC = 'intake.ping.rejected.v1';
const USER = { username: 'taar', password: 'a-password-for-tests' };
const START_LIMIT_MS = 180_000;

describeWithOwn('kafka', 'a cluster that asks for TLS and a password', () => {
  let folder = '';
  let cluster: KafkaCluster;
  let connection: KafkaConnection;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taar-secured-'));
    await makeCertificate(folder);
    const port = await freePorts(3);
    cluster = await KafkaCluster.start({ port, properties: secured(port, folder) });
    connection = {
      brokers: [`127.0.0.1:${port + 2}`],
      clientId: 'taar-test',
      prefix: '',
      ssl: { ca: [await readFile(join(folder, 'cert.pem'), 'utf8')] },
      sasl: { mechanism: 'plain', ...USER },
    };
  }, START_LIMIT_MS);
  afterAll(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is written and read by who has both', async () => {
    await withTopics(connection, SILENT, (topics) => topics.apply(undefined));
    const log = await openKafkaLog({ connection, logger: SILENT });
    try {
      await log.append([{ topic: TOPIC, key: 'k', value: Buffer.from('over TLS') }]);
      const values = [];
      for await (const { value } of log.read({ topic: TOPIC, partition: 0, from: 0, to: 1 })) {
        values.push(Buffer.from(value ?? []).toString());
      }
      expect(values).toEqual(['over TLS']);
    } finally {
      await log.close();
    }
  });

  it('refuses another password for good, and the password is in no message', async () => {
    const wrong = { ...connection, sasl: { mechanism: 'plain', ...USER, password: 'another one' } } as const;
    const refusal = await openKafkaLog({ connection: wrong, logger: SILENT }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'log-refused', disposition: 'halt' });
    expect(String(refusal)).not.toContain('another one');
  });

  it('is not reached without TLS, which may only be a broker that starts', async () => {
    const { ssl: _, ...plain } = connection;
    const refusal = await openKafkaLog({ connection: plain, logger: SILENT }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'log-unavailable', disposition: 'retry' });
  });
});

/** A third listener beside the two that the script makes, for clients. */
function secured(port: number, folder: string): Record<string, string> {
  const login = `user_${USER.username}="${USER.password}"`;
  const listeners = `PLAINTEXT://127.0.0.1:${port}`;
  const client = `CLIENT://127.0.0.1:${port + 2}`;
  return {
    listeners: `${listeners},CONTROLLER://127.0.0.1:${port + 1},${client}`,
    'advertised.listeners': `${listeners},${client}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENT:SASL_SSL',
    'listener.name.client.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.client.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${login};`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'broker.pem'),
  };
}

/** cert.pem for clients, broker.pem with the key for the broker; made by the Java that the broker needs anyway. */
async function makeCertificate(folder: string): Promise<void> {
  const script = `
    set -e
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
      -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem
    cat key.pem cert.pem > broker.pem`;
  await promisify(execFile)('sh', ['-c', script], { cwd: folder });
}
