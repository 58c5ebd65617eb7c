import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AVRO_SHAPES } from '../../src/log/avro-shapes.ts';
import { readSchemas } from '../../src/log/schema-folder.ts';

const A = { name: 'a', type: 'int' };
const OPTIONAL = { name: 'b', type: ['null', 'string'], default: null };
const REQUIRED = { name: 'c', type: 'string' };

describe('the schemas of the project', () => {
  it('are there for every record type, each under its own name', () => {
    const schemas = readSchemas();
    expect(schemas.map(({ type }) => type)).toEqual(Object.keys(AVRO_SHAPES).sort());
    for (const { type, text, avro } of schemas) {
      expect(avro.name).toBe(type);
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
    }
  });
});

describe('a schema folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (type: string, version: number, fields: readonly object[]): void => {
    mkdirSync(join(folder, type), { recursive: true });
    const schema = { type: 'record', name: 'Sample', fields };
    writeFileSync(join(folder, type, `v${version}.avsc`), JSON.stringify(schema, null, 2));
  };

  it('gives the newest version by number, not by name', () => {
    for (let version = 1; version <= 10; version++) write('tests.Sample', version, [A]);
    write('tests.Sample', 11, [A, OPTIONAL]);
    const [schema] = readSchemas(folder);
    expect(schema?.text).toBe(JSON.stringify({ type: 'record', name: 'Sample', fields: [A, OPTIONAL] }));
  });

  it('is refused when the newest version does not fit every earlier one', () => {
    write('tests.Sample', 1, [A, { ...REQUIRED, default: '' }]);
    write('tests.Sample', 2, [A]);
    write('tests.Sample', 3, [A, { ...REQUIRED, type: 'int', default: 0 }]);
    expect(() => readSchemas(folder)).toThrow(
      expect.objectContaining({ code: 'schema-incompatible', disposition: 'halt' }),
    );
  });

  it('is refused when a type has no version', () => {
    mkdirSync(join(folder, 'tests.Empty'));
    expect(() => readSchemas(folder)).toThrow(expect.objectContaining({ code: 'schema-missing' }));
  });
});
