import { randomUUID } from 'node:crypto';
import { ClientKeys } from '../../domain/client-key.ts';
import type { KafkaConnection } from '../../log/kafka/connection.ts';
import { openKafkaLog } from '../../log/kafka/kafka-log.ts';
import { RegistrySchemaIds } from '../../log/kafka/registry-schema-ids.ts';
import { checkPepper } from '../../log/pepper-check.ts';
import { RecordCodec } from '../../log/record-codec.ts';
import type { Logger } from '../../ops/logging.ts';
import { LogProducer } from './log-producer.ts';
import type { Producer } from './producer.ts';
import { assertOptions, type ProducerLogger, type ProducerOptions } from './producer-options.ts';

/**
 * Opens a producer on a system whose topics and schemas stand (`taar topics apply`). Nothing is created or registered.
 * One a process is enough: its calls share one connection and go out together. At most 64 MiB wait to be sent; a call
 * beyond that is refused with `log-overloaded`.
 * @throws TaarError `settings-invalid`, `pepper-mismatch`, `topic-partitions-changed`, `log-refused` (halt);
 *   `log-unavailable`, `topics-missing`, `registry-unavailable`, `schema-not-registered` (retry): wait, and try again
 */
export async function openProducer(options: ProducerOptions): Promise<Producer> {
  assertOptions(options);
  const keys = new ClientKeys(options.pepper);
  const registry = { url: options.registryUrl, ...options.registryCredentials };
  const codec = await RecordCodec.open(new RegistrySchemaIds(registry));
  const log = await openKafkaLog({ connection: connectionOf(options), logger: loggerOf(options.logger) });
  try {
    await checkPepper(log, keys);
  } catch (error) {
    await log.close();
    throw error;
  }
  return new LogProducer({ log, codec, keys, clock: Date.now, newId: randomUUID });
}

function connectionOf({ brokers, prefix, clientId, ssl, sasl }: ProducerOptions): KafkaConnection {
  return {
    brokers,
    prefix: prefix ?? '',
    clientId: clientId ?? 'taar-producer',
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

/** Ours may be called with fields and a message, or with a message alone. */
function loggerOf(logger: ProducerLogger | undefined): Logger {
  const tell =
    (level: keyof ProducerLogger) =>
    (...parts: unknown[]): void => {
      const [fields] = parts;
      logger?.[level](typeof fields === 'object' && fields !== null ? fields : {}, String(parts.at(-1)));
    };
  return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
}
