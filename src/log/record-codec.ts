import type avro from 'avsc';
import { messageOf, TaarError } from '../domain/errors.ts';
import { AVRO_SHAPES } from './avro-shapes.ts';
import type { RecordType, RecordValues, TypedRecord } from './record-types.ts';
import { type CurrentSchema, parseSchema, readSchemas } from './schema-folder.ts';

/** Where schema ids come from: a table in the embedded log, or a Confluent-compatible registry. */
export interface SchemaIds {
  /** The id under which this schema text is known; a store that may register does so. */
  idOf(type: RecordType, schema: string): Promise<number>;
  /** The type and schema of an id that somebody else wrote with; undefined where nobody did. */
  schemaOf(id: number): Promise<{ type: string; schema: string } | undefined>;
}

interface Reader {
  readonly type: RecordType;
  readonly writer: avro.Type;
  /** Present where the writer's schema is another version than ours. */
  readonly resolver: avro.Resolver | undefined;
  readonly current: avro.Type;
}

interface Writer {
  readonly id: number;
  readonly avro: avro.Type;
}

const MAGIC = 0;
/** Confluent wire format: one zero byte, the schema id in four, big-endian, then the Avro body. */
export const HEADER_BYTES = 5;
const SCRATCH_BYTES = 64 * 1024;

/** Encodes and decodes record values in Confluent wire format. */
export class RecordCodec {
  readonly #ids: SchemaIds;
  readonly #current: ReadonlyMap<RecordType, CurrentSchema>;
  readonly #writers = new Map<RecordType, Writer>();
  readonly #readers = new Map<number, Reader>();
  #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

  private constructor(ids: SchemaIds, schemas: readonly CurrentSchema[]) {
    this.#ids = ids;
    this.#current = new Map(schemas.map((schema) => [schema.type, schema]));
  }

  /** Learns the id of each current schema. @throws TaarError `schema-incompatible` (halt) */
  static async open(ids: SchemaIds, schemas: readonly CurrentSchema[] = readSchemas()): Promise<RecordCodec> {
    const codec = new RecordCodec(ids, schemas);
    for (const { type, text, avro } of schemas) {
      const id = await ids.idOf(type, text);
      codec.#writers.set(type, { id, avro });
      codec.#readers.set(id, { type, writer: avro, resolver: undefined, current: avro });
    }
    return codec;
  }

  /** @throws TaarError `record-not-encodable` (halt): the program broke its own schema */
  encode<T extends RecordType>(type: T, value: RecordValues[T]): Buffer {
    let end = this.encodeInto(type, value, this.#scratch, 0);
    if (end < 0) {
      this.#scratch = Buffer.allocUnsafe(this.#scratch.length - end);
      end = this.encodeInto(type, value, this.#scratch, 0);
    }
    return Buffer.from(this.#scratch.subarray(0, end));
  }

  /**
   * Encodes into memory of the caller's, from `start` on.
   * @returns where the record ends; where there is no room for it, minus the bytes that are missing
   * @throws as `encode`
   */
  encodeInto<T extends RecordType>(type: T, value: RecordValues[T], target: Buffer, start: number): number {
    const writer = this.#writers.get(type);
    if (writer === undefined) throw new TaarError('schema-missing', 'halt', `no schema for ${type}`);
    let end: number;
    try {
      end = writer.avro.encode(AVRO_SHAPES[type].toAvro(value), target, start + HEADER_BYTES);
    } catch {
      // The library's message quotes the value, which may be personal.
      throw new TaarError('record-not-encodable', 'halt', `a value does not fit the schema of ${type}`);
    }
    if (end < 0) return end;
    target[start] = MAGIC;
    target.writeUInt32BE(writer.id, start + 1);
    return end;
  }

  /**
   * Decodes a value whose schema id is known (see `learn`).
   * @throws TaarError `record-not-decodable` or `schema-unknown` (dead-letter)
   */
  decode(bytes: Uint8Array): TypedRecord {
    const reader = this.#readers.get(schemaIdOf(bytes));
    if (reader === undefined) {
      throw new TaarError('schema-unknown', 'dead-letter', `no schema with id ${schemaIdOf(bytes)}`);
    }
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let decoded: { value: unknown; offset: number };
    try {
      decoded = reader.current.decode(buffer, HEADER_BYTES, reader.resolver);
    } catch {
      throw new TaarError('record-not-decodable', 'dead-letter', `the bytes are no ${reader.type}`);
    }
    if (decoded.offset !== bytes.length) {
      throw new TaarError('record-not-decodable', 'dead-letter', `the bytes are no ${reader.type}`);
    }
    return { type: reader.type, value: AVRO_SHAPES[reader.type].fromAvro(decoded.value) } as TypedRecord;
  }

  /** Decodes a value that must be of one type. @throws as `decode`, and where it is of another type */
  decodeAs<T extends RecordType>(type: T, bytes: Uint8Array): RecordValues[T] {
    const record = this.decode(bytes);
    if (record.type !== type) {
      throw new TaarError('record-type-unexpected', 'dead-letter', `found ${record.type}, expected ${type}`);
    }
    return record.value as RecordValues[T];
  }

  /** Fetches the schemas of ids not seen before; call it before decoding what others wrote. */
  async learn(values: Iterable<Uint8Array | null>): Promise<void> {
    for (const value of values) {
      if (value === null || value.length < HEADER_BYTES) continue;
      const id = schemaIdOf(value);
      if (!this.#readers.has(id)) await this.#learnId(id);
    }
  }

  /** The schema text of an id, for readers of another kind; undefined where nobody wrote with it. */
  async schemaOf(id: number): Promise<string | undefined> {
    return (await this.#ids.schemaOf(id))?.schema;
  }

  async #learnId(id: number): Promise<void> {
    const found = await this.#ids.schemaOf(id);
    const current = this.#current.get(found?.type as RecordType);
    if (found === undefined || current === undefined) return;
    const writer = parseSchema(found.schema);
    try {
      const resolver = current.avro.createResolver(writer);
      this.#readers.set(id, { type: current.type, writer, resolver, current: current.avro });
    } catch (error) {
      throw new TaarError('schema-incompatible', 'halt', `schema id ${id}: ${messageOf(error)}`);
    }
  }
}

/** The schema id in a value's header; -1 where the value has none. */
export function schemaIdOf(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) return -1;
  // On every record that is read: a DataView here costs ten times as much.
  const high = ((bytes[1] ?? 0) << 24) | ((bytes[2] ?? 0) << 16);
  return (high | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0)) >>> 0;
}
