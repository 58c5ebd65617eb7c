import { describe, expect, it } from 'vitest';
import { allOf, heldBack } from '../../../src/serving/flow/holdback.ts';
import { DEFAULT_PARAMS } from '../../../src/serving/flow/param.ts';
import { queryOf } from './question.ts';

describe('holding back a family of sources', () => {
  it('closes the gates of that family only', () => {
    const param = { key: 'held-back', default: 'geo' };
    const query = queryOf({ params: DEFAULT_PARAMS });
    expect(heldBack(param, 'geo')(query)).toBe(false);
    expect(heldBack(param, 'social')(query)).toBe(true);
    expect(allOf(heldBack(param, 'social'), () => false)(query)).toBe(false);
  });
});
