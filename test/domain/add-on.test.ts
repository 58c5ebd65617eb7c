import { expect, it } from 'vitest';
import { isShownAsInstalled } from '../../src/domain/add-on.ts';

it('shows all add-ons but those that are surely system ones', () => {
  expect([true, false, null].map((isSystem) => isShownAsInstalled({ isSystem }))).toEqual([
    false,
    true,
    true,
  ]);
});
