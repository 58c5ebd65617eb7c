import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSplit } from '../../../src/trainers/evaluation/split.ts';
import { folderOf, pairs, type Texts } from './splits.ts';

const FILES = { 'train.tsv': 'ann\ta\nann\tb\n', 'valid.tsv': 'ann\tc\n', 'test.tsv': 'ann\td\n' };

describe('readSplit', () => {
  it('reads plain and packed parts, with either end of line', async () => {
    const folder = folderOf({
      'train.tsv.gz': gzipSync('ann\ta\nbo\tä ö\n'),
      'valid.tsv': 'ann\tb\r\nbo\tc\r\n',
      'test.tsv.gz': gzipSync('ann\tc'),
    });
    expect(await readSplit(folder)).toEqual({
      train: { users: ['ann', 'bo'], items: ['a', 'ä ö'] },
      valid: pairs('ann b', 'bo c'),
      test: pairs('ann c'),
    });
  });

  it('says what is missing', async () => {
    const { 'valid.tsv': _, ...others } = FILES;
    await expect(readSplit(folderOf(others))).rejects.toMatchObject({
      code: 'split-unreadable',
      message: expect.stringContaining('neither valid.tsv nor valid.tsv.gz'),
    });
  });

  const packed = gzipSync('ann\ta\n'.repeat(1000));
  const damages: readonly (readonly [string, Texts, string])[] = [
    ['a line without a tab', { 'test.tsv': 'ann\td\nann d\n' }, 'line 2 of'],
    ['a line with three columns', { 'test.tsv': 'ann\td\t5\n' }, 'line 1 of'],
    ['a user without an item', { 'test.tsv': 'ann\t\n' }, 'line 1 of'],
    ['a line twice', { 'test.tsv': 'ann\td\nann\te\nann\td\n' }, 'line 3 of'],
    ['nothing in it', { 'test.tsv': '' }, 'is empty'],
    ['bytes that are no text', { 'test.tsv': Uint8Array.of(0xff, 0x09, 0xfe) }, 'not UTF-8'],
    ['a pair that train has too', { 'test.tsv': 'ann\ta\n' }, 'both in train and in test'],
  ];
  it.each(damages)('refuses a part with %s', async (_, files, message) => {
    await expect(readSplit(folderOf({ ...FILES, ...files }))).rejects.toMatchObject({
      code: 'split-damaged',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a packed part that was cut off', async () => {
    const { 'test.tsv': _, ...others } = FILES;
    const folder = folderOf({ ...others, 'test.tsv.gz': packed.subarray(0, packed.length - 9) });
    await expect(readSplit(folder)).rejects.toMatchObject({ code: 'split-damaged' });
  });
});
