import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import { messageOf, TaarError } from '../../domain/errors.ts';
import type { SchemaIds } from '../record-codec.ts';
import type { RecordType } from '../record-types.ts';
import type { CurrentSchema } from '../schema-folder.ts';

export interface RegistryConnection {
  /** With the path of the Confluent API, where it has one. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** A registry that hangs counts as one that is down after this time. */
const REQUEST_TIMEOUT_MS = 5_000;
const NOT_REGISTERED = 'ConfluentSchemaRegistryError';
const RETRY = { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 };

/**
 * Schema ids from a registry that speaks Confluent's protocol. The subject of a schema is the record type, since a
 * topic carries several. What was found once is remembered: a running process needs the registry only for schemas
 * that it has never seen.
 */
export class RegistrySchemaIds implements SchemaIds {
  readonly #registry: SchemaRegistry;
  readonly #url: string;

  constructor({ url, username, password }: RegistryConnection) {
    const auth = username === undefined || password === undefined ? {} : { auth: { username, password } };
    this.#url = url;
    this.#registry = new SchemaRegistry({ host: url, clientId: 'taar', retry: RETRY, ...auth });
  }

  /**
   * Only looks: a running process never registers.
   * @throws TaarError `schema-not-registered`, `registry-unavailable` (retry)
   */
  async idOf(type: RecordType, schema: string): Promise<number> {
    const id = await this.find(type, schema);
    if (id !== undefined) return id;
    throw new TaarError(
      'schema-not-registered',
      'retry',
      `the registry does not know this version of ${type}; run 'taar topics apply'`,
    );
  }

  /** The id of a schema; undefined where it is not registered. @throws TaarError `registry-unavailable` (retry) */
  async find(type: RecordType, schema: string): Promise<number | undefined> {
    try {
      return await this.#inTime(
        this.#registry.getRegistryIdBySchema(type, { type: SchemaType.AVRO, schema }),
      );
    } catch (error) {
      // The client gives this look-up's 404 an error of its own, without the status.
      if (error instanceof Error && error.name === NOT_REGISTERED) return undefined;
      throw this.#unavailable(error);
    }
  }

  async schemaOf(id: number): Promise<{ type: string; schema: string } | undefined> {
    try {
      const found = await this.#inTime(this.#registry.getSchema(id));
      if (!(found instanceof avro.Type)) return undefined;
      const schema = JSON.stringify(found.schema({ exportAttrs: true }));
      return { type: found.name ?? '', schema };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#unavailable(error);
    }
  }

  /**
   * Registers a schema under its type; every version must be readable with every other one.
   * @throws TaarError `schema-incompatible` (halt), `registry-unavailable` (retry)
   */
  async register({ type, text }: CurrentSchema): Promise<number> {
    const options = { subject: type, compatibility: COMPATIBILITY.FULL_TRANSITIVE };
    try {
      const schema = { type: SchemaType.AVRO, schema: text } as const;
      return (await this.#inTime(this.#registry.register(schema, options))).id;
    } catch (error) {
      if (statusOf(error) === 409) {
        throw new TaarError(
          'schema-incompatible',
          'halt',
          `the registry refuses this version of ${type}: it cannot be exchanged with an earlier one`,
        );
      }
      throw this.#unavailable(error);
    }
  }

  async #inTime<R>(asking: Promise<R>): Promise<R> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)),
      REQUEST_TIMEOUT_MS,
    );
    try {
      return await Promise.race([asking, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #unavailable(error: unknown): TaarError {
    return new TaarError(
      'registry-unavailable',
      'retry',
      `the schema registry at ${this.#url} did not answer as it should: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error ? Number(error.status) : undefined;
}
