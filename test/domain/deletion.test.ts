import { expect, it } from 'vitest';
import { PRODUCTS } from '../../src/domain/deletion.ts';
import { readSchemas } from '../../src/log/schema-folder.ts';

it('names the products that a deletion request may name', () => {
  const schema = readSchemas().find(({ type }) => type === 'privacy.DeletionRequest');
  const { fields } = JSON.parse(schema?.text ?? '{}') as {
    fields: { name: string; type: { items?: { symbols: string[] } } }[];
  };
  const products = fields.find(({ name }) => name === 'products');
  expect(products?.type.items?.symbols).toEqual([...PRODUCTS]);
});
