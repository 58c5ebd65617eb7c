import { describe, expect, it } from 'vitest';
import { Gate, requestsOf } from '../../../src/views/bigtable/row-requests.ts';

function row(number: number, bytes: number) {
  const value = Buffer.alloc(bytes);
  return { rowKey: Buffer.from(`${number}`), mutations: [{ setCell: { value } }, { deleteFromColumn: {} }] };
}

function sizesOf(rows: readonly ReturnType<typeof row>[]): number[] {
  const requests = [...requestsOf(rows)];
  expect(requests.flat()).toEqual(rows);
  return requests.map((request) => request.length);
}

describe('the requests of a batch', () => {
  it('hold a bounded number of rows', () => {
    expect(sizesOf(Array.from({ length: 2_300 }, (_, i) => row(i, 10)))).toEqual([1_000, 1_000, 300]);
    expect(sizesOf([])).toEqual([]);
  });

  it('hold a bounded number of bytes; a larger row goes alone', () => {
    const mebibyte = 2 ** 20;
    const rows = [1, 1, 1, 5, 0.5, 0.5].map((mebibytes, i) => row(i, mebibytes * mebibyte));
    expect(sizesOf(rows)).toEqual([2, 1, 1, 2]);
  });
});

describe('a gate', () => {
  it('lets so many through at once, the others in their order, and one that fails makes room too', async () => {
    const gate = new Gate(2);
    let inside = 0;
    let most = 0;
    const begun: number[] = [];
    const pass = (number: number) =>
      gate.run(async () => {
        begun.push(number);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        if (number % 3 === 0) throw new Error('no');
        return number;
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, (_, i) => pass(i)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(2);
    expect(await gate.run(async () => 'again')).toBe('again');
  });
});
