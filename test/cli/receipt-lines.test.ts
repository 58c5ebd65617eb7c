import { expect, it } from 'vitest';
import { receiptLines } from '../../src/cli/commands/receipt.ts';

const NONE = { requestId: 'r', receipts: [], complete: false, searched: 'all' } as const;

it('says that there is no receipt, and when it cannot know', () => {
  expect(receiptLines(NONE)).toContain('no receipt yet');
  expect(receiptLines({ ...NONE, searched: 'part' })).toContain('more receipts than are looked through');
});

it('says what was erased, where and when', () => {
  const receipt = {
    requestId: 'r',
    product: 'addons',
    completedAt: '2026-11-22T23:00:00.000Z',
    closedRows: ['a/0/1', 'a/0/2'],
    erasedVersions: [],
    activeVersions: ['ranking@2'],
    unprovenVersions: [],
  } as const;
  expect(receiptLines({ ...NONE, receipts: [receipt], complete: true }).split('\n')).toEqual([
    'addons: erased by 2026-11-22T23:00:00.000Z',
    '  rows closed at      a/0/1, a/0/2',
    '  versions erased     none',
    '  versions in service ranking@2',
    'carried out',
  ]);
  const unproven = { ...receipt, unprovenVersions: ['similarity@1'] };
  expect(receiptLines({ ...NONE, receipts: [unproven] })).toContain('not provable: similarity@1');
  expect(receiptLines({ ...NONE, receipts: [receipt] })).toContain('some products have no receipt yet');
});
