import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { RegistrySchemaIds } from '../../../src/log/kafka/registry-schema-ids.ts';
import { RecordCodec } from '../../../src/log/record-codec.ts';
import type { RecordType } from '../../../src/log/record-types.ts';
import { parseSchema, readSchemas } from '../../../src/log/schema-folder.ts';
import { describeWith, schemaRegistryUrl } from '../../infra/services.ts';
import { anyProfile } from '../any-profile.ts';

/** A subject that no other test has; the registry takes any name. */
function unusedType(): RecordType {
  return `test.R${randomUUID().replaceAll('-', '')}` as RecordType;
}

function schemaText(type: string, fields: readonly object[]): string {
  const [namespace, name] = type.split('.');
  return JSON.stringify({ type: 'record', namespace, name, fields });
}

describeWith('registry', 'schema ids from a real registry', () => {
  let ids: RegistrySchemaIds;
  const register = (type: RecordType, text: string): Promise<number> =>
    ids.register({ type, text, avro: parseSchema(text) });

  beforeAll(() => {
    ids = new RegistrySchemaIds({ url: schemaRegistryUrl() });
  });

  it('are found by type and text, once they are registered', async () => {
    const type = unusedType();
    const text = schemaText(type, [{ name: 'a', type: 'int' }]);
    expect(await ids.find(type, text)).toBeUndefined();
    await expect(ids.idOf(type, text)).rejects.toMatchObject({
      code: 'schema-not-registered',
      disposition: 'retry',
    });
    const id = await register(type, text);
    expect(await ids.idOf(type, text)).toBe(id);
    expect(await register(type, text)).toBe(id);
  });

  it('give back type and schema, by another client, with defaults', async () => {
    const type = unusedType();
    const id = await register(type, schemaText(type, [{ name: 'a', type: 'int', default: 7 }]));
    const found = await new RegistrySchemaIds({ url: schemaRegistryUrl() }).schemaOf(id);
    expect(found?.type).toBe(type);
    expect(JSON.parse(found?.schema ?? '')).toMatchObject({
      fields: [{ name: 'a', type: 'int', default: 7 }],
    });
    expect(await ids.schemaOf(2_000_000_000)).toBeUndefined();
  });

  it('are refused where the schema cannot be exchanged with an earlier one, either way', async () => {
    const type = unusedType();
    await register(type, schemaText(type, [{ name: 'a', type: 'int', default: 0 }]));
    const compatible = schemaText(type, [
      { name: 'a', type: 'int', default: 0 },
      { name: 'b', type: 'int', default: 0 },
    ]);
    await register(type, compatible);
    const incompatible = schemaText(type, [{ name: 'a', type: 'string', default: '' }]);
    await expect(register(type, incompatible)).rejects.toMatchObject({
      code: 'schema-incompatible',
      disposition: 'halt',
    });
  });

  it('let a codec read what another process has written', async () => {
    for (const schema of readSchemas()) await ids.register(schema);
    const writer = await RecordCodec.open(ids);
    const reader = await RecordCodec.open(new RegistrySchemaIds({ url: schemaRegistryUrl() }));
    const [profile] = fc.sample(anyProfile(), { numRuns: 1, seed: 1 });
    if (profile === undefined) return expect.fail();
    const bytes = writer.encode('addons.Profile', profile);
    await reader.learn([bytes]);
    expect(reader.decodeAs('addons.Profile', bytes)).toEqual(profile);
  });

  it('say that the registry is gone, as something that passes', async () => {
    const nowhere = new RegistrySchemaIds({ url: 'http://127.0.0.1:9' });
    await expect(nowhere.idOf(unusedType(), '{}')).rejects.toMatchObject({
      code: 'registry-unavailable',
      disposition: 'retry',
    });
  });
});
