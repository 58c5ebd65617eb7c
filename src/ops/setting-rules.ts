import type { Settings } from './settings.ts';

/** What settings must be together, though each is allowed by itself. */
export interface SettingRule {
  readonly isBroken: (settings: Settings) => boolean;
  readonly problem: string;
}

export const SETTING_RULES: readonly SettingRule[] = [
  {
    isBroken: ({ kafkaBrokers, schemaRegistryUrl }) =>
      kafkaBrokers !== undefined && schemaRegistryUrl === undefined,
    problem: 'SCHEMA_REGISTRY_URL: goes with KAFKA_BROKERS and is missing',
  },
  {
    isBroken: ({ kafkaSaslMechanism, kafkaSaslUsername, kafkaSaslPassword }) =>
      kafkaSaslMechanism !== undefined &&
      (kafkaSaslUsername === undefined || kafkaSaslPassword === undefined),
    problem: 'KAFKA_SASL_MECHANISM: needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  },
  {
    isBroken: ({ kafkaTlsCert, kafkaTlsKey }) => (kafkaTlsCert === undefined) !== (kafkaTlsKey === undefined),
    problem: 'KAFKA_TLS_CERT: goes with KAFKA_TLS_KEY; one of them is missing',
  },
  {
    isBroken: ({ serveFrom, bigtableInstance }) => serveFrom === 'bigtable' && bigtableInstance === undefined,
    problem: 'SERVE_FROM: "bigtable" needs BIGTABLE_INSTANCE',
  },
];
