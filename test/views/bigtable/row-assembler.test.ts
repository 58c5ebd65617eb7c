import { describe, expect, it } from 'vitest';
import { type CellChunk, type Row, RowAssembler } from '../../../src/views/bigtable/row-assembler.ts';

function assembled(chunks: readonly CellChunk[]): Row[] {
  const assembler = new RowAssembler();
  return chunks.map((chunk) => assembler.add(chunk)).filter((row) => row !== undefined);
}

function chunk(value: string, fields: CellChunk = {}): CellChunk {
  return { value: Buffer.from(value), ...fields };
}

const start = (key: string, family: string, qualifier: string): CellChunk => ({
  rowKey: Buffer.from(key),
  familyName: { value: family },
  qualifier: { value: Buffer.from(qualifier) },
});

function textsOf(rows: readonly Row[]): unknown {
  return rows.map(({ key, cells }) => [
    key,
    ...cells.map(({ family, qualifier, value }) => [family, qualifier, Buffer.from(value).toString()]),
  ]);
}

describe('the assembler of streamed rows', () => {
  it('takes what a chunk does not say from the one before it', () => {
    const rows = assembled([
      chunk('1', start('a', 'state', '0')),
      chunk('2', { qualifier: { value: Buffer.from('1') } }),
      chunk('3'),
      chunk('4', {
        familyName: { value: 'profile' },
        qualifier: { value: Buffer.from('p') },
        commitRow: true,
      }),
      chunk('5', { ...start('b', 'state', '0'), commitRow: true }),
    ]);
    expect(textsOf(rows)).toEqual([
      ['a', ['state', '0', '1'], ['state', '1', '2'], ['state', '1', '3'], ['profile', 'p', '4']],
      ['b', ['state', '0', '5']],
    ]);
  });

  it('puts together a value that comes in pieces', () => {
    const rows = assembled([
      chunk('one ', { ...start('a', 'f', 'q'), valueSize: 13 }),
      chunk('two ', { valueSize: 13 }),
      chunk('three'),
      chunk('four', { qualifier: { value: Buffer.from('r') }, commitRow: true }),
    ]);
    expect(textsOf(rows)).toEqual([['a', ['f', 'q', 'one two three'], ['f', 'r', 'four']]]);
  });

  it('forgets what was sent of a row that starts again', () => {
    const rows = assembled([
      chunk('old ', { ...start('a', 'f', 'q'), valueSize: 9 }),
      { resetRow: true },
      chunk('new', { ...start('a', 'f', 'q'), commitRow: true }),
    ]);
    expect(textsOf(rows)).toEqual([['a', ['f', 'q', 'new']]]);
  });

  it('gives no row that was not committed', () => {
    expect(assembled([chunk('1', start('a', 'f', 'q')), chunk('2')])).toEqual([]);
  });

  it('keeps an empty value', () => {
    expect(textsOf(assembled([chunk('', { ...start('a', 'f', 'q'), commitRow: true })]))).toEqual([
      ['a', ['f', 'q', '']],
    ]);
  });
});
