import { ClientKeys } from '../domain/client-key.ts';
import type { Clock } from '../domain/clock.ts';
import { openEmbeddedLog } from '../log/embedded/embedded-log.ts';
import type { EventLog } from '../log/event-log.ts';
import { checkPepper } from '../log/pepper-check.ts';
import { RecordCodec, type SchemaIds } from '../log/record-codec.ts';
import type { Logger } from '../ops/logging.ts';
import type { Settings } from '../ops/settings.ts';
import { logFileIn, prepareDataDir } from './data-dir.ts';
import { type KafkaAddresses, kafkaAddresses } from './kafka-settings.ts';
import { takeWarnings } from './kafka-warnings.ts';

/** The log, opened, and what is needed to read and write it. */
export interface OpenedLog {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly keys: ClientKeys;
  close(): Promise<void>;
}

/**
 * Opens the log that the settings name: in Kafka, or in DATA_DIR, where only one process can have it open.
 * `role` names this process to the brokers.
 * @throws TaarError `data-dir-unusable`, `pepper-mismatch` (halt); `topics-missing`, `schema-not-registered`,
 *   `registry-unavailable`, `log-unavailable` (retry): those pass; and what the log says
 */
export async function openLog(
  settings: Settings,
  role: string,
  clock: Clock,
  logger: Logger,
): Promise<OpenedLog> {
  const addresses = await kafkaAddresses(settings, role);
  await using opened = new AsyncDisposableStack();
  const { log, schemaIds } =
    addresses === undefined ? await embedded(settings, clock, logger) : await inKafka(addresses, logger);
  opened.defer(() => log.close());
  const keys = new ClientKeys(settings.clientKeyPepper);
  await checkPepper(log, keys);
  const codec = await RecordCodec.open(schemaIds);
  const kept = opened.move();
  return { log, codec, keys, close: () => kept.disposeAsync() };
}

interface LogWithSchemas {
  readonly log: EventLog;
  readonly schemaIds: SchemaIds;
}

async function embedded(settings: Settings, clock: Clock, logger: Logger): Promise<LogWithSchemas> {
  await prepareDataDir(settings.dataDir);
  const log = await openEmbeddedLog({ file: logFileIn(settings.dataDir), clock, logger });
  return { log, schemaIds: log.schemaIds };
}

/** Kafka's client takes 100 ms to load, which `up` and `--help` need not wait for. */
async function inKafka({ kafka, registry }: KafkaAddresses, logger: Logger): Promise<LogWithSchemas> {
  takeWarnings(logger);
  const { openKafkaLog } = await import('../log/kafka/kafka-log.ts');
  const { RegistrySchemaIds } = await import('../log/kafka/registry-schema-ids.ts');
  const log = await openKafkaLog({ connection: kafka, logger });
  return { log, schemaIds: new RegistrySchemaIds(registry) };
}
