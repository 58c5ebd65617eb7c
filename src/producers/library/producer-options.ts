import type { ConnectionOptions } from 'node:tls';
import { MIN_PEPPER_CHARACTERS } from '../../domain/client-key.ts';
import { TaarError } from '../../domain/errors.ts';

/** How a producer reaches the system, and makes the same client keys as it. */
export interface ProducerOptions {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** The schema registry, with the path of its Confluent API where it has one. */
  readonly registryUrl: string;
  readonly registryCredentials?: { readonly username: string; readonly password: string };
  /** The system's `CLIENT_KEY_PEPPER`, where it has one. Another one is refused. */
  readonly pepper?: string;
  /** The system's `KAFKA_PREFIX`, where it has one. */
  readonly prefix?: string;
  /** True, or options of node:tls, to speak TLS with the brokers. */
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: SaslCredentials;
  /** Names this service to the brokers; without it `taar-producer`. */
  readonly clientId?: string;
  /** Told, at level debug, what the Kafka client says; never an id or a payload. Without it nobody is. */
  readonly logger?: ProducerLogger;
}

type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

export type SaslCredentials = {
  [M in SaslMechanism]: { readonly mechanism: M; readonly username: string; readonly password: string };
}[SaslMechanism];

/** As pino's loggers are, and `console`. */
export interface ProducerLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const BROKER = /^[^\s,:]+:\d{1,5}$/;
/** As KAFKA_PREFIX. */
const PREFIX = /^[A-Za-z0-9._-]{0,100}$/;

/** @throws TaarError `settings-invalid` (halt) that lists every problem; it quotes no option's value */
export function assertOptions(options: ProducerOptions): void {
  const { brokers, registryUrl, pepper, prefix } = options;
  const problems = [
    ...(isListOf(BROKER, brokers) ? [] : ['brokers: takes a list of addresses host:port']),
    ...(isHttp(registryUrl) ? [] : ['registryUrl: takes an http or https address']),
    ...(pepper === undefined || (typeof pepper === 'string' && pepper.length >= MIN_PEPPER_CHARACTERS)
      ? []
      : [`pepper: takes text of at least ${MIN_PEPPER_CHARACTERS} characters, or is left out`]),
    ...(prefix === undefined || PREFIX.test(prefix)
      ? []
      : ['prefix: takes letters, digits, dots, dashes and underscores']),
  ];
  if (problems.length === 0) return;
  throw new TaarError(
    'settings-invalid',
    'halt',
    `the producer's options are not usable: ${problems.join('; ')}`,
  );
}

function isListOf(form: RegExp, value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => form.test(String(each)));
}

function isHttp(value: unknown): boolean {
  return ['http:', 'https:'].includes(URL.parse(String(value))?.protocol ?? '');
}
