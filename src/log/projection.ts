import type avro from 'avsc';
import { messageOf, TaarError } from '../domain/errors.ts';
import { HEADER_BYTES, schemaIdOf } from './record-codec.ts';
import type { RecordType } from './record-types.ts';
import { parseSchema, readSchemas } from './schema-folder.ts';

/** The fields to keep, by the name of each nested Avro record; a record that is not named keeps all of its fields. */
export type KeptFields = Readonly<Record<string, readonly string[]>>;

interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
}

type AvroSchema =
  | string
  | readonly AvroSchema[]
  | { readonly type: 'record'; readonly name: string; readonly fields: readonly AvroField[] }
  | { readonly type: 'array'; readonly items: AvroSchema }
  | { readonly type: 'enum'; readonly name: string };

/**
 * Reads a few fields of one record type and skips the rest without making objects of it: for whoever reads every
 * record of a large topic. `V` is what the kept fields look like in Avro's own shape (a kind stays a nullable
 * field). Needs no log, so that it works in any thread: schemas that others wrote with are told by `learn`.
 */
export class ProjectedReader<V> {
  readonly #type: RecordType;
  readonly #reader: avro.Type;
  readonly #resolvers = new Map<number, avro.Resolver>();

  constructor(type: RecordType, kept: KeptFields) {
    const current = readSchemas().find((schema) => schema.type === type);
    if (current === undefined) throw new TaarError('schema-missing', 'halt', `no schema for ${type}`);
    this.#type = type;
    this.#reader = parseSchema(projectedSchema(current.text, kept));
  }

  knows(schemaId: number): boolean {
    return this.#resolvers.has(schemaId);
  }

  /** Takes in the schema that values with this id were written with. @throws TaarError `schema-incompatible` (halt) */
  learn(schemaId: number, schema: string): void {
    try {
      this.#resolvers.set(schemaId, this.#reader.createResolver(parseSchema(schema)));
    } catch (error) {
      throw new TaarError('schema-incompatible', 'halt', `schema id ${schemaId}: ${messageOf(error)}`);
    }
  }

  /** @throws TaarError `record-not-decodable` or `schema-unknown` (dead-letter) */
  read(bytes: Uint8Array): V {
    const resolver = this.#resolvers.get(schemaIdOf(bytes));
    if (resolver === undefined) {
      throw new TaarError('schema-unknown', 'dead-letter', `no schema with id ${schemaIdOf(bytes)}`);
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { value, offset } = this.#decode(buffer, resolver);
    if (offset !== bytes.length) throw this.#notDecodable();
    return value as V;
  }

  #decode(buffer: Buffer, resolver: avro.Resolver): { value: unknown; offset: number } {
    try {
      return this.#reader.decode(buffer, HEADER_BYTES, resolver);
    } catch {
      throw this.#notDecodable();
    }
  }

  #notDecodable(): TaarError {
    return new TaarError('record-not-decodable', 'dead-letter', `the bytes are no ${this.#type}`);
  }
}

/** The schema text with only the kept fields; each named type is spelled out where it is first used. */
export function projectedSchema(schema: string, kept: KeptFields): string {
  const whole = JSON.parse(schema) as AvroSchema;
  const named = new Map<string, AvroSchema>();
  collectNamed(whole, named);
  return JSON.stringify(project(whole, kept, named, new Set()));
}

function collectNamed(schema: AvroSchema, named: Map<string, AvroSchema>): void {
  if (typeof schema === 'string') return;
  if (isUnion(schema)) {
    for (const branch of schema) collectNamed(branch, named);
    return;
  }
  if (schema.type === 'array') collectNamed(schema.items, named);
  if (schema.type !== 'record' && schema.type !== 'enum') return;
  named.set(schema.name, schema);
  if (schema.type === 'record') for (const field of schema.fields) collectNamed(field.type, named);
}

function project(
  schema: AvroSchema,
  kept: KeptFields,
  named: ReadonlyMap<string, AvroSchema>,
  spelledOut: Set<string>,
): AvroSchema {
  const again = (inner: AvroSchema): AvroSchema => project(inner, kept, named, spelledOut);
  if (typeof schema === 'string') {
    const definition = spelledOut.has(schema) ? undefined : named.get(schema);
    return definition === undefined ? schema : again(definition);
  }
  if (isUnion(schema)) return schema.map(again);
  if (schema.type === 'array') return { ...schema, items: again(schema.items) };
  if (schema.type !== 'record' && schema.type !== 'enum') return schema;
  if (spelledOut.has(schema.name)) return schema.name;
  spelledOut.add(schema.name);
  if (schema.type === 'enum') return schema;
  const names = kept[schema.name];
  const fields = schema.fields.filter((field) => names === undefined || names.includes(field.name));
  return { ...schema, fields: fields.map((field) => ({ ...field, type: again(field.type) })) };
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
