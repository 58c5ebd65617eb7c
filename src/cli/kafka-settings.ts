import { readFile } from 'node:fs/promises';
import { messageOf, TaarError } from '../domain/errors.ts';
import type { KafkaConnection } from '../log/kafka/connection.ts';
import type { RegistryConnection } from '../log/kafka/registry-schema-ids.ts';
import type { Settings } from '../ops/settings.ts';

/** How to reach Kafka and the registry beside it. */
export interface KafkaAddresses {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
}

/**
 * What the settings say of Kafka; undefined where the log is not there. `role` names this process to the brokers.
 * @throws TaarError `file-unreadable` (halt) where a certificate or key cannot be read
 */
export async function kafkaAddresses(settings: Settings, role: string): Promise<KafkaAddresses | undefined> {
  const { kafkaBrokers: brokers, kafkaPrefix: prefix, schemaRegistryUrl: url } = settings;
  if (brokers === undefined || url === undefined) return undefined;
  const { schemaRegistryUsername: username, schemaRegistryPassword: password } = settings;
  const credentials = username === undefined || password === undefined ? {} : { username, password };
  const ssl = settings.kafkaTls ? { ssl: await tlsOf(settings) } : {};
  const kafka = { brokers, prefix, clientId: `taar-${role}`, ...ssl, ...saslOf(settings) };
  return { kafka, registry: { url, ...credentials } };
}

async function tlsOf({ kafkaTlsCa, kafkaTlsCert, kafkaTlsKey }: Settings) {
  const [ca, cert, key] = await Promise.all([kafkaTlsCa, kafkaTlsCert, kafkaTlsKey].map(contentsOf));
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

async function contentsOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TaarError('file-unreadable', 'halt', `cannot read ${file} (${messageOf(error)})`);
  }
}

function saslOf({ kafkaSaslMechanism: mechanism, kafkaSaslUsername, kafkaSaslPassword }: Settings) {
  const [username, password] = [kafkaSaslUsername, kafkaSaslPassword];
  if (mechanism === undefined || username === undefined || password === undefined) return {};
  switch (mechanism) {
    case 'plain':
      return { sasl: { mechanism, username, password } };
    case 'scram-sha-256':
      return { sasl: { mechanism, username, password } };
    case 'scram-sha-512':
      return { sasl: { mechanism, username, password } };
  }
}
