import { describe, expect, it } from 'vitest';
import { assertFullyCompatible } from '../../src/log/compatibility.ts';
import { parseSchema } from '../../src/log/schema-folder.ts';

const A = { name: 'a', type: 'int' };
const OPTIONAL = { name: 'b', type: ['null', 'string'], default: null };
const REQUIRED = { name: 'c', type: 'string' };

type Fields = readonly object[];

function check(current: Fields, earlier: Fields): () => void {
  const type = (fields: Fields): ReturnType<typeof parseSchema> =>
    parseSchema(JSON.stringify({ type: 'record', name: 'Sample', fields }));
  return () => assertFullyCompatible('tests.Sample', type(current), type(earlier));
}

describe('full compatibility', () => {
  it.each<[string, Fields, Fields]>([
    ['the same schema', [A], [A]],
    ['a new field with a default', [A, OPTIONAL], [A]],
    ['a field with a default taken away', [A], [A, OPTIONAL]],
    ['fields in another order', [OPTIONAL, A], [A, OPTIONAL]],
  ])('holds for %s', (_, current, earlier) => {
    expect(check(current, earlier)).not.toThrow();
  });

  it.each<[string, Fields, Fields]>([
    ['a new field without a default', [A, REQUIRED], [A]],
    ['a field without a default taken away', [A], [A, REQUIRED]],
    ['another type', [{ ...A, type: 'string' }], [A]],
    ['a wider type, which the earlier one cannot read', [{ ...A, type: 'long' }], [A]],
    ['a field renamed', [{ ...A, name: 'z' }], [A]],
  ])('does not hold for %s', (_, current, earlier) => {
    expect(check(current, earlier)).toThrow(
      expect.objectContaining({
        code: 'schema-incompatible',
        disposition: 'halt',
        message: expect.stringContaining('tests.Sample'),
      }),
    );
  });
});
