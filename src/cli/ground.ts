import type { TopicStep } from '../log/kafka/topic-plan.ts';
import { readSchemas } from '../log/schema-folder.ts';
import { createLogger, type Logger } from '../ops/logging.ts';
import { readSettings, type Settings } from '../ops/settings.ts';
import { mirrorPlace } from './bigtable-settings.ts';
import type { CommandIo } from './command-io.ts';
import { UsageError } from './failure.ts';
import { type KafkaAddresses, kafkaAddresses } from './kafka-settings.ts';
import { takeWarnings } from './kafka-warnings.ts';

/** One thing that is not, or was not, as the roles need it. */
export interface GroundStep {
  readonly kind: 'topic' | 'schema' | 'table';
  readonly name: string;
  readonly what: string;
}

interface Ground {
  readonly settings: Settings;
  readonly addresses: KafkaAddresses;
  readonly logger: Logger;
}

/** What differs from what the roles need, without changing anything. @throws TaarError of Kafka and the registry */
export async function planGround(io: CommandIo): Promise<readonly GroundStep[]> {
  const ground = await groundOf(io);
  const { withTopics } = await import('../log/kafka/standing-topics.ts');
  const topics = await withTopics(ground.addresses.kafka, ground.logger, (standing) => standing.plan());
  return [...topicSteps(topics), ...(await schemaSteps(ground)), ...(await tableSteps(ground, false))];
}

/**
 * Makes it as the roles need it, and tells what was done.
 * @throws TaarError `topic-partitions-changed`, `schema-incompatible` (halt), and others of Kafka and the registry
 */
export async function applyGround(io: CommandIo): Promise<readonly GroundStep[]> {
  const ground = await groundOf(io);
  const { withTopics } = await import('../log/kafka/standing-topics.ts');
  const topics = await withTopics(ground.addresses.kafka, ground.logger, (standing) =>
    standing.apply(ground.settings.kafkaReplication),
  );
  return [...topicSteps(topics), ...(await registered(ground)), ...(await tableSteps(ground, true))];
}

/** The steps as lines for a person. */
export function groundLines(steps: readonly GroundStep[], mode: 'plan' | 'apply'): string {
  if (steps.length === 0) return 'everything is as it should be\n';
  const heading = mode === 'plan' ? 'differs' : 'done';
  return `${heading}:\n${steps.map(({ kind, name, what }) => `  ${kind} ${name}: ${what}`).join('\n')}\n`;
}

async function groundOf(io: CommandIo): Promise<Ground> {
  const settings = readSettings(io.env);
  const addresses = await kafkaAddresses(settings, 'topics');
  if (addresses === undefined) {
    throw new UsageError("'taar topics' is about Kafka: set KAFKA_BROKERS and SCHEMA_REGISTRY_URL");
  }
  const level = settings.logLevel === 'debug' ? 'debug' : 'warn';
  const logger = createLogger('text', level, io.stderr);
  takeWarnings(logger);
  return { settings, addresses, logger };
}

function topicSteps(steps: readonly TopicStep[]): GroundStep[] {
  const told = steps.filter(({ action }) => action !== 'keep');
  return told.map((step) => ({ kind: 'topic', name: step.topic, what: wordsOf(step) }));
}

function wordsOf(step: TopicStep): string {
  switch (step.action) {
    case 'keep':
      return 'as it should be';
    case 'create':
      return `create with ${step.partitions} partitions`;
    case 'refuse':
      return `has ${step.has} partitions, needs ${step.needs}: cannot be mended`;
    case 'alter':
      return step.changes.map(({ name, from, to }) => `${name} ${from ?? 'unset'} -> ${to}`).join(', ');
  }
}

async function schemaSteps({ addresses }: Ground): Promise<GroundStep[]> {
  const { RegistrySchemaIds } = await import('../log/kafka/registry-schema-ids.ts');
  const ids = new RegistrySchemaIds(addresses.registry);
  const steps: GroundStep[] = [];
  for (const { type, text } of readSchemas()) {
    if ((await ids.find(type, text)) === undefined)
      steps.push({ kind: 'schema', name: type, what: 'register' });
  }
  return steps;
}

async function registered(ground: Ground): Promise<GroundStep[]> {
  const steps = await schemaSteps(ground);
  const { RegistrySchemaIds } = await import('../log/kafka/registry-schema-ids.ts');
  const ids = new RegistrySchemaIds(ground.addresses.registry);
  const missing = new Set(steps.map(({ name }) => name));
  for (const schema of readSchemas()) if (missing.has(schema.type)) await ids.register(schema);
  return steps;
}

async function tableSteps({ settings }: Ground, apply: boolean): Promise<GroundStep[]> {
  const place = mirrorPlace(settings);
  if (place === undefined) return [];
  const { ensureTable, tableDrift } = await import('../views/bigtable/table-schema.ts');
  const steps = apply ? await ensureTable(place) : await tableDrift(place);
  return steps.map(({ about }) => ({ kind: 'table', name: place.tableId, what: about }));
}
