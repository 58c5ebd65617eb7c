import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/ops/settings.ts';

const KAFKA = { KAFKA_BROKERS: 'a:9092, b:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081' };

describe('settings that belong together', () => {
  it('are accepted together', () => {
    const settings = readSettings({
      ...KAFKA,
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_SASL_USERNAME: 'taar',
      KAFKA_SASL_PASSWORD: 'secret',
      SERVE_FROM: 'bigtable',
      BIGTABLE_INSTANCE: 'projects/p/instances/i',
    });
    expect(settings.kafkaBrokers).toEqual(['a:9092', 'b:9092']);
  });

  it.each([
    [{ KAFKA_BROKERS: 'a:9092' }, 'SCHEMA_REGISTRY_URL'],
    [{ ...KAFKA, KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'taar' }, 'KAFKA_SASL_PASSWORD'],
    [{ ...KAFKA, KAFKA_TLS_CERT: 'cert.pem' }, 'KAFKA_TLS_KEY'],
    [{ ...KAFKA, SERVE_FROM: 'bigtable' }, 'BIGTABLE_INSTANCE'],
  ])('are refused one without the other: %j', (env, named) => {
    expect(() => readSettings(env)).toThrow(named);
  });

  it('are told together with all other problems', () => {
    const env = { KAFKA_BROKERS: 'a:9092', SERVE_FROM: 'bigtable', PORT: 'x' };
    expect(() => readSettings(env)).toThrow(/3 settings are not usable/);
  });
});
