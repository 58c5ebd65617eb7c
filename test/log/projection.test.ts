import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OpenProfile } from '../../src/domain/profile.ts';
import { ProjectedReader, projectedSchema } from '../../src/log/projection.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { readSchemas } from '../../src/log/schema-folder.ts';

const EXAMPLE = JSON.parse(
  readFileSync(new URL('../../schemas/addons.Profile/example.json', import.meta.url), 'utf8'),
) as OpenProfile;
const SCHEMA = readSchemas().find(({ type }) => type === 'addons.Profile')?.text ?? '';
const KEPT = {
  Profile: ['open'],
  Open: ['addons', 'facts'],
  AddonPart: ['addons'],
  SeenAddon: ['id', 'isSystem'],
  FactPart: ['channel'],
  Fact: ['value'],
};

async function encoded(): Promise<Buffer> {
  const codec = await RecordCodec.open({ idOf: async () => 7, schemaOf: async () => undefined });
  return codec.encode('addons.Profile', EXAMPLE);
}

describe('a projected reader', () => {
  it('reads the kept fields and nothing else', async () => {
    const reader = new ProjectedReader('addons.Profile', KEPT);
    reader.learn(7, SCHEMA);
    const read = JSON.parse(JSON.stringify(reader.read(await encoded())));
    expect(read).toEqual({
      open: {
        addons: { addons: [{ id: 'uBlock0@raymondhill.net', isSystem: false }] },
        facts: { channel: { value: 'release' } },
      },
    });
  });

  it('reads what was written with another version of the schema', async () => {
    const reader = new ProjectedReader('addons.Profile', KEPT);
    const later = JSON.parse(SCHEMA);
    later.fields.push({ name: 'added', type: ['null', 'string'], default: null });
    reader.learn(8, JSON.stringify(later));
    const bytes = Buffer.concat([await encoded(), Buffer.from([0])]);
    bytes.writeUInt32BE(8, 1);
    expect(reader.read(bytes)).toMatchObject({ open: { facts: { channel: { value: 'release' } } } });
  });

  it('refuses an unknown schema, cut bytes and bytes left over', async () => {
    const reader = new ProjectedReader('addons.Profile', KEPT);
    const bytes = await encoded();
    expect(() => reader.read(bytes)).toThrow(expect.objectContaining({ code: 'schema-unknown' }));
    reader.learn(7, SCHEMA);
    expect(reader.knows(7)).toBe(true);
    const broken = [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from([0])])];
    for (const each of broken) {
      expect(() => reader.read(each)).toThrow(expect.objectContaining({ code: 'record-not-decodable' }));
    }
  });
});

describe('a projected schema', () => {
  it('spells a named type out where it is first kept', () => {
    const schema = projectedSchema(SCHEMA, { ...KEPT, FactPart: ['city', 'channel'] });
    expect(schema.match(/"name":"Fact"/g)).toHaveLength(1);
    expect(schema).not.toContain('"locale"');
  });
});
