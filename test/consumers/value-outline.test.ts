import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../src/consumers/value-outline.ts';

describe('the outline of a value', () => {
  it('has names, kinds and sizes', () => {
    const value = {
      documentId: 'abcdef',
      submittedAt: Date.UTC(2026, 10, 24),
      tabs: 12,
      reopen: true,
      canonical: null,
      payload: Buffer.from('1234'),
      addons: [{ id: 'a@x' }, { id: 'b@x' }],
      products: [],
    };
    expect(outlineOf(value)).toEqual({
      documentId: 'text of 6 characters',
      submittedAt: '2026-11-24T00:00:00.000Z',
      tabs: 'a number',
      reopen: 'a boolean',
      canonical: 'nothing',
      payload: '4 bytes',
      addons: { entries: '2', first: { id: 'text of 3 characters' } },
      products: { entries: '0' },
    });
  });

  it('says nothing of what a text or a number holds, wherever it stands', () => {
    const secret = fc.record({ text: fc.stringMatching(/^[G-Z]{6,12}$/), number: fc.integer({ min: 1e9 }) });
    fc.assert(
      fc.property(secret, fc.nat(3), ({ text, number }, depth) => {
        let value: unknown = { text, number, list: [text], moments: [number] };
        for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { inner: value };
        const outline = JSON.stringify(outlineOf(value));
        expect(outline).not.toContain(text);
        expect(outline).not.toContain(`${number}`);
      }),
    );
  });

  it('takes no moment for one that no calendar holds', () => {
    expect(outlineOf({ createdAt: 9e15, seenAt: Number.NaN })).toEqual({
      createdAt: 'a number',
      seenAt: 'a number',
    });
  });
});
