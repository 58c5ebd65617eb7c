import { BigtableEmulator } from './bigtable-emulator.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { SchemaRegistry } from './schema-registry.ts';
import type { ScriptName } from './script.ts';

export type ServiceName = ScriptName;

export interface RunningService {
  readonly address: string;
  stop(): Promise<void>;
}

export interface ServiceKind {
  /** What a person calls it. */
  readonly label: string;
  /** The variable that names an existing one, to be used instead. */
  readonly variable: string;
  start(): Promise<RunningService>;
}

/** What a test run can share. */
export const SERVICE_KINDS: Readonly<Record<ServiceName, ServiceKind>> = {
  kafka: {
    label: 'Kafka',
    variable: 'KAFKA_BROKERS',
    async start() {
      const cluster = await KafkaCluster.start();
      return { address: cluster.brokers(), stop: () => cluster.stop() };
    },
  },
  registry: {
    label: 'a schema registry',
    variable: 'SCHEMA_REGISTRY_URL',
    async start() {
      const registry = await SchemaRegistry.start();
      return { address: registry.url, stop: () => registry.stop() };
    },
  },
  bigtable: {
    label: 'the Bigtable emulator',
    variable: 'BIGTABLE_EMULATOR_HOST',
    async start() {
      const emulator = await BigtableEmulator.start();
      return { address: emulator.host, stop: () => emulator.stop() };
    },
  },
};

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(SERVICE_KINDS, name);
}
