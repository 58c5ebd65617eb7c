import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/domain/model-records.ts';
import { RecordCodec, type SchemaIds, schemaIdOf } from '../../src/log/record-codec.ts';
import type { RecordType, RecordValues } from '../../src/log/record-types.ts';
import { type CurrentSchema, parseSchema, readSchemas, SCHEMA_FOLDER } from '../../src/log/schema-folder.ts';
import { anyProfile } from './any-profile.ts';

const SCHEMAS = readSchemas();

/** Ids as a log keeps them, in memory. */
class KnownSchemas implements SchemaIds {
  readonly #known: { readonly type: string; readonly schema: string }[] = [];

  async idOf(type: RecordType, schema: string): Promise<number> {
    const found = this.#known.findIndex((each) => each.type === type && each.schema === schema);
    return found >= 0 ? found + 1 : this.#known.push({ type, schema });
  }

  async schemaOf(id: number): Promise<{ type: string; schema: string } | undefined> {
    return this.#known[id - 1];
  }
}

/** The current schemas, with one of them as it may look later. */
function evolved(type: RecordType, field: object): CurrentSchema[] {
  return SCHEMAS.map((schema) => {
    if (schema.type !== type) return schema;
    const later = JSON.parse(schema.text) as { fields: object[] };
    const text = JSON.stringify({ ...later, fields: [...later.fields, field] });
    return { type, text, avro: parseSchema(text) };
  });
}

function exampleOf<T extends RecordType>(type: T): RecordValues[T] {
  const value: unknown = JSON.parse(readFileSync(`${SCHEMA_FOLDER}/${type}/example.json`, 'utf8'));
  // Bytes have no JSON of their own: the example has them in base64.
  if (type !== 'models.Chunk') return value as RecordValues[T];
  const { bytes } = value as { bytes: string };
  return { bytes: Buffer.from(bytes, 'base64') } satisfies Chunk as unknown as RecordValues[T];
}

/** Without the prototypes that avsc gives its records. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('the record codec', () => {
  it.each(SCHEMAS.map(({ type }) => type))('gives back the example of %s', async (type) => {
    const codec = await RecordCodec.open(new KnownSchemas());
    const example = exampleOf(type);
    const decoded = codec.decode(codec.encode(type, example));
    expect(decoded.type).toBe(type);
    expect(plain(decoded.value)).toEqual(plain(example));
    expect(plain(codec.decodeAs(type, codec.encode(type, example)))).toEqual(plain(example));
  });

  it('encodes into memory of the caller, where there is room, and says how much is missing', async () => {
    const codec = await RecordCodec.open(new KnownSchemas());
    const type = 'serving.RecommendationServed';
    const encoded = codec.encode(type, exampleOf(type));
    const start = 7;
    const memory = Buffer.alloc(start + encoded.length + 3, 0xee);
    expect(codec.encodeInto(type, exampleOf(type), memory, start)).toBe(start + encoded.length);
    expect(memory.subarray(start, start + encoded.length)).toEqual(encoded);
    expect(memory.subarray(0, start)).toEqual(Buffer.alloc(start, 0xee));
    for (const room of [0, 3, encoded.length - 1]) {
      const small = memory.subarray(0, start + room);
      expect(codec.encodeInto(type, exampleOf(type), small, start)).toBe(room - encoded.length);
    }
  });

  it('gives back any profile', async () => {
    const codec = await RecordCodec.open(new KnownSchemas());
    fc.assert(
      fc.property(anyProfile(), (profile) => {
        const decoded = codec.decodeAs('addons.Profile', codec.encode('addons.Profile', profile));
        expect(plain(decoded)).toEqual(plain(profile));
      }),
    );
  });

  it('writes Confluent’s header: a zero byte and the schema id, big-endian', async () => {
    const ids = new KnownSchemas();
    const codec = await RecordCodec.open(ids);
    const bytes = codec.encode('models.Chunk', exampleOf('models.Chunk'));
    const text = SCHEMAS.find(({ type }) => type === 'models.Chunk')?.text ?? '';
    const id = await ids.idOf('models.Chunk', text);
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, id]);
    expect(schemaIdOf(bytes)).toBe(id);
  });

  it('encodes values larger than its first buffer, and is not confused by them', async () => {
    const codec = await RecordCodec.open(new KnownSchemas());
    const large = { bytes: Buffer.alloc(900_000, 7) };
    const small = { bytes: Buffer.of(1, 2, 3) };
    const encoded = [large, small, large].map((chunk) => codec.encode('models.Chunk', chunk));
    const sizes = encoded.map((bytes) => codec.decodeAs('models.Chunk', bytes).bytes.length);
    expect(sizes).toEqual([900_000, 3, 900_000]);
  });

  it('reads what an earlier version wrote, and an earlier version reads what it writes', async () => {
    const ids = new KnownSchemas();
    const type = 'privacy.ErasureReceipt';
    const field = { name: 'added', type: ['null', 'string'], default: null };
    const earlier = await RecordCodec.open(ids);
    const later = await RecordCodec.open(ids, evolved(type, field));
    const example = exampleOf(type);
    const old = earlier.encode(type, example);
    await later.learn([old]);
    expect(plain(later.decodeAs(type, old))).toEqual({ ...example, added: null });
    const renewed = { ...example, added: 'x' };
    const fresh = later.encode(type, renewed);
    await earlier.learn([null, fresh]);
    expect(plain(earlier.decodeAs(type, fresh))).toEqual(example);
  });

  it('reads a listing from before platforms were told', async () => {
    const ids = new KnownSchemas();
    const type = 'addons.Listing';
    const text = readFileSync(`${SCHEMA_FOLDER}/${type}/v1.avsc`, 'utf8');
    const first = SCHEMAS.map((each) =>
      each.type === type ? { type: each.type, text, avro: parseSchema(text) } : each,
    );
    const earlier = await RecordCodec.open(ids, first);
    const codec = await RecordCodec.open(ids);
    const example = exampleOf(type);
    const old = earlier.encode(type, example);
    await codec.learn([old]);
    expect(plain(codec.decodeAs(type, old))).toEqual({ ...example, platforms: null });
  });

  it('refuses to learn a schema that cannot be read', async () => {
    const ids = new KnownSchemas();
    const later = await RecordCodec.open(
      ids,
      evolved('privacy.ErasureReceipt', { name: 'added', type: 'string' }),
    );
    const earlier = await RecordCodec.open(ids);
    const old = earlier.encode('privacy.ErasureReceipt', exampleOf('privacy.ErasureReceipt'));
    await expect(later.learn([old])).rejects.toMatchObject({
      code: 'schema-incompatible',
      disposition: 'halt',
    });
  });

  it('sets aside what is no record, whatever it is', async () => {
    const codec = await RecordCodec.open(new KnownSchemas());
    const deadLetter = expect.objectContaining({
      code: expect.stringMatching(/^(schema-unknown|record-not-decodable)$/),
      disposition: 'dead-letter',
    });
    const good = codec.encode('addons.Listing', exampleOf('addons.Listing'));
    for (let cut = 0; cut < good.length; cut++) {
      expect(() => codec.decode(good.subarray(0, cut))).toThrow(deadLetter);
    }
    expect(() => codec.decode(Buffer.concat([good, Buffer.of(0)]))).toThrow(deadLetter);
    expect(() => codec.decode(Buffer.concat([Buffer.of(1), good.subarray(1)]))).toThrow(deadLetter);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (garbage, hasHeader) => {
        const bytes = hasHeader ? Buffer.concat([good.subarray(0, 5), garbage]) : garbage;
        try {
          // By chance garbage may be a listing; then there is nothing to set aside.
          expect(codec.decode(bytes).type).toBe('addons.Listing');
        } catch (error) {
          expect(error).toEqual(deadLetter);
        }
      }),
    );
  });

  it('sets aside a record of another type than expected', async () => {
    const codec = await RecordCodec.open(new KnownSchemas());
    const listing = codec.encode('addons.Listing', exampleOf('addons.Listing'));
    expect(() => codec.decodeAs('addons.Profile', listing)).toThrow(
      expect.objectContaining({ code: 'record-type-unexpected', disposition: 'dead-letter' }),
    );
  });

  it('does not tell the value that does not fit its schema', async () => {
    const codec = await RecordCodec.open(new KnownSchemas());
    const wrong = { ...exampleOf('privacy.ErasureReceipt'), completedAt: 'c0ffee' as unknown as number };
    let message = '';
    try {
      codec.encode('privacy.ErasureReceipt', wrong);
    } catch (error) {
      expect(error).toMatchObject({ code: 'record-not-encodable', disposition: 'halt' });
      message = String(error);
    }
    expect(message).toContain('privacy.ErasureReceipt');
    expect(message).not.toContain('c0ffee');
  });
});
