import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSchemas } from '../../../src/log/schema-folder.ts';
import { TemporaryLog } from './temporary-log.ts';

const PLAIN = schema([{ name: 'a', type: 'int' }]);
const EVOLVED = schema([
  { name: 'a', type: 'int' },
  { name: 'b', type: ['null', 'string'], default: null },
]);
const INCOMPATIBLE = schema([
  { name: 'a', type: 'int' },
  { name: 'c', type: 'string' },
]);

describe('the schema ids of the embedded log', () => {
  let temporary: TemporaryLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make();
  });
  afterEach(() => temporary.remove());

  it('count from 1, and stay', async () => {
    const { schemaIds } = await temporary.open();
    const schemas = readSchemas();
    const ids: number[] = [];
    for (const { type, text } of schemas) ids.push(await schemaIds.idOf(type, text));
    expect(ids).toEqual(schemas.map((_, i) => i + 1));
    const again = (await temporary.open()).schemaIds;
    for (const [i, { type, text }] of schemas.entries()) expect(await again.idOf(type, text)).toBe(ids[i]);
  });

  it('are looked up with type and text', async () => {
    const { schemaIds } = await temporary.open();
    const id = await schemaIds.idOf('models.Chunk', PLAIN);
    expect(await schemaIds.schemaOf(id)).toEqual({ type: 'models.Chunk', schema: PLAIN });
    expect(await schemaIds.schemaOf(id + 1)).toBeUndefined();
  });

  it('are given to a compatible version of a type, and refused to another one', async () => {
    const { schemaIds } = await temporary.open();
    expect(await schemaIds.idOf('models.Chunk', PLAIN)).toBe(1);
    expect(await schemaIds.idOf('models.Chunk', EVOLVED)).toBe(2);
    await expect(schemaIds.idOf('models.Chunk', INCOMPATIBLE)).rejects.toMatchObject({
      code: 'schema-incompatible',
      disposition: 'halt',
      message: expect.stringContaining('models.Chunk'),
    });
    expect(await schemaIds.idOf('models.Manifest', INCOMPATIBLE)).toBe(3);
  });
});

function schema(fields: readonly object[]): string {
  return JSON.stringify({ type: 'record', name: 'Sample', fields });
}
