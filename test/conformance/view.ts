import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, Entry, PackedEntries, View } from '../../src/views/view.ts';

/** A view to test: empty and new at the start. `reopen` closes it and opens the same one again. */
export interface OpenedView {
  readonly view: View;
  reopen(): Promise<View>;
}

/** What every view must do, whatever store it is in. `open` is called once a test and cleans up after itself. */
export function describeView(name: string, open: () => Promise<OpenedView>): void {
  describe(name, () => {
    let opened: OpenedView;
    let view: View;
    beforeEach(async () => {
      opened = await open();
      view = opened.view;
    });
    afterEach(() => view.close());

    describe('reading', () => {
      it('finds nothing in a new view', async () => {
        expect(await view.get(0, 'a')).toBeUndefined();
        expect(await view.getMany(0, ['a', 'b'])).toEqual([undefined, undefined]);
        expect(await view.getMany(0, [])).toEqual([]);
        expect(await view.range(0, '', 10)).toEqual([]);
        expect(await view.position(0)).toBe(0);
        expect(await contentsOf(view)).toEqual([]);
      });

      it('gives back the bytes of each key as they were applied', async () => {
        const odd = Uint8Array.from([0, 1, 0xff, 0]);
        await view.apply(0, [{ key: 'a', value: odd, changedAt: 1 }, put('b', 'B', 2)], 2);
        expect(bytesOf(await view.get(0, 'a'))).toEqual([...odd]);
        expect(textOf(await view.get(0, 'b'))).toBe('B');
      });

      it('gives many values in the order asked, repeated and missing keys included', async () => {
        await view.apply(0, [put('a', 'A', 1), put('b', 'B', 2)], 2);
        const found = await view.getMany(0, ['b', 'none', 'a', 'b']);
        expect(found.map(textOf)).toEqual(['B', undefined, 'A', 'B']);
      });

      it('reads a large group', async () => {
        const changes = numbered(1_000);
        await view.apply(0, changes, 1_000);
        const found = await view.getMany(
          0,
          changes.map(({ key }) => key),
        );
        expect(found.map(textOf)).toEqual(changes.map(({ value }) => textOf(value)));
      });

      it('keeps an empty value apart from no value', async () => {
        await view.apply(0, [put('a', '', 1)], 1);
        expect(bytesOf(await view.get(0, 'a'))).toEqual([]);
        expect(bytesOf((await view.getMany(0, ['a']))[0])).toEqual([]);
      });

      it('keeps values of a megabyte', async () => {
        const large = new Uint8Array(2 ** 20).map((_, i) => i * 31);
        await view.apply(0, [{ key: 'a', value: large, changedAt: 1 }], 1);
        expect(Buffer.compare((await view.get(0, 'a')) ?? new Uint8Array(), large)).toBe(0);
        expect(await contentsOf(view)).toEqual([['a', Buffer.from(large).toString('latin1')]]);
      });
    });

    describe('ranges', () => {
      it('are in ascending byte order, from a key on, and end at the limit', async () => {
        const keys = ['b', 'a', 'a0', 'B', '~', '0', 'b!', 'a/c'];
        await view.apply(
          0,
          keys.map((key, i) => put(key, key, i + 1)),
          keys.length,
        );
        const sorted = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
        expect(keysOf(await view.range(0, '', 100))).toEqual(sorted);
        expect(keysOf(await view.range(0, 'a', 3))).toEqual(['a', 'a/c', 'a0']);
        expect(keysOf(await view.range(0, 'a1', 2))).toEqual(['b', 'b!']);
        expect(await view.range(0, '', 0)).toEqual([]);
      });

      it('page through more than one fetch without gap or repetition', async () => {
        const changes = numbered(2_500);
        await view.apply(0, changes, 2_500);
        expect(keysOf(await view.range(0, '', 2_400))).toEqual(changes.slice(0, 2_400).map(({ key }) => key));
        const second = await view.range(0, keyOf(2_400), 2_400);
        expect(keysOf(second)).toEqual(changes.slice(2_400).map(({ key }) => key));
      });

      it('do not leave their partition', async () => {
        for (const partition of [0, 1, 255, 256]) {
          await view.apply(partition, [put('k', `of ${partition}`, 1)], 1);
        }
        for (const partition of [0, 1, 255, 256]) {
          const found = await view.range(partition, '', 10);
          expect(found.map(({ value }) => textOf(value))).toEqual([`of ${partition}`]);
        }
        expect(await view.range(2, '', 10)).toEqual([]);
      });
    });

    describe('changes', () => {
      it('replace and remove, in the order of the batch', async () => {
        await view.apply(0, [put('a', '1', 1), put('b', '1', 2), put('a', '2', 3), remove('b', 4)], 4);
        expect(await contentsOf(view)).toEqual([['a', '2']]);
        await view.apply(0, [remove('a', 5), put('b', '3', 6), remove('none', 7)], 7);
        expect(await contentsOf(view)).toEqual([['b', '3']]);
        expect(await view.get(0, 'a')).toBeUndefined();
      });

      it('bring a removed key back when it is written again', async () => {
        await view.apply(0, [put('a', '1', 1)], 1);
        await view.apply(0, [remove('a', 2)], 2);
        await view.apply(0, [put('a', '3', 3)], 3);
        expect(textOf(await view.get(0, 'a'))).toBe('3');
      });

      it('do nothing when the batch ends at or before the position', async () => {
        await view.apply(0, [put('a', 'new', 5)], 5);
        await view.apply(0, [put('a', 'old', 4), put('b', 'old', 4)], 4);
        await view.apply(0, [put('a', 'again', 5), remove('b', 5)], 5);
        expect(await contentsOf(view)).toEqual([['a', 'new']]);
        expect(await view.position(0)).toBe(5);
      });

      it('lead to the same end when a batch overlaps what was applied', async () => {
        await view.apply(0, [put('a', '1', 1), put('b', '2', 2)], 2);
        await view.apply(0, [put('b', '2', 2), put('c', '3', 3), remove('a', 4)], 4);
        expect(await contentsOf(view)).toEqual([
          ['b', '2'],
          ['c', '3'],
        ]);
        expect(await view.position(0)).toBe(4);
      });

      it('move the position even when there are none', async () => {
        await view.apply(3, [], 17);
        expect(await view.position(3)).toBe(17);
        expect(await view.position(2)).toBe(0);
      });

      it('are applied in the order of the calls, though no call waits for another', async () => {
        const calls = Array.from({ length: 50 }, (_, i) => view.apply(0, [put('a', `${i}`, i + 1)], i + 1));
        await Promise.all(calls);
        expect(textOf(await view.get(0, 'a'))).toBe('49');
        expect(await view.position(0)).toBe(50);
      });

      it('keep each partition to itself', async () => {
        await view.apply(0, [put('k', 'zero', 1)], 1);
        await view.apply(1, [put('k', 'one', 1)], 9);
        await view.apply(0, [remove('k', 2)], 2);
        expect(await view.get(0, 'k')).toBeUndefined();
        expect(textOf(await view.get(1, 'k'))).toBe('one');
        expect([await view.position(0), await view.position(1)]).toEqual([2, 9]);
      });
    });

    describe('a reopened view', () => {
      it('has the data and the positions that it had', async () => {
        await view.apply(0, [put('a', 'A', 1), put('b', 'B', 2)], 2);
        await view.apply(7, [put('c', 'C', 1)], 2 ** 40);
        view = await opened.reopen();
        expect(await contentsOf(view)).toEqual([
          ['a', 'A'],
          ['b', 'B'],
          ['c', 'C'],
        ]);
        expect([await view.position(0), await view.position(7), await view.position(1)]).toEqual([
          2,
          2 ** 40,
          0,
        ]);
        await view.apply(0, [put('a', 'old', 1)], 1);
        expect(textOf(await view.get(0, 'a'))).toBe('A');
      });
    });

    describe('a snapshot', () => {
      it('stays what it was, data and positions, while changes go on', async () => {
        await view.apply(0, [put('a', '1', 1), put('b', '1', 2)], 2);
        await view.apply(1, [put('z', '1', 1)], 1);
        const snapshot = await view.snapshot();
        await view.apply(0, [put('a', '2', 3), remove('b', 4), put('c', '2', 5)], 5);
        expect([...snapshot.positions].sort()).toEqual([
          [0, 2],
          [1, 1],
        ]);
        const expected = [
          ['a', '1'],
          ['b', '1'],
          ['z', '1'],
        ];
        expect(await entriesOf(snapshot.scan())).toEqual(expected);
        expect(await entriesOf(snapshot.scan())).toEqual(expected);
        await snapshot.close();
        expect(keysOf(await view.range(0, '', 10))).toEqual(['a', 'c']);
      });

      it('scans partitions in ascending number, and each in ascending key order', async () => {
        for (const partition of [256, 2, 1]) {
          await view.apply(partition, [put(`${partition}b`, '', 2), put(`${partition}a`, '', 1)], 2);
        }
        const keys = (await contentsOf(view)).map(([key]) => key);
        expect(keys).toEqual(['1a', '1b', '2a', '2b', '256a', '256b']);
      });

      it('scans everything when it takes many packs', async () => {
        const filler = 'x'.repeat(1_000);
        const changes = numbered(5_000).map(({ key, changedAt }) => put(key, `${key} ${filler}`, changedAt));
        await view.apply(0, changes, 5_000);
        const snapshot = await view.snapshot();
        let packs = 0;
        const found: string[] = [];
        for await (const pack of snapshot.scan()) {
          packs += 1;
          expect(pack.ends).toHaveLength(2 * pack.count);
          expect(pack.ends.at(-1)).toBe(pack.bytes.length);
          // Nobody else may look at this memory: the receiver hands it to another thread.
          expect(pack.bytes.buffer.byteLength).toBe(pack.bytes.length);
          found.push(...unpack(pack).map(([key]) => key));
        }
        await snapshot.close();
        expect(packs).toBeGreaterThan(1);
        expect(found).toEqual(changes.map(({ key }) => key));
      });

      it('may be left in the middle of a scan', async () => {
        await view.apply(0, numbered(3_000), 3_000);
        const snapshot = await view.snapshot();
        for await (const pack of snapshot.scan()) {
          expect(pack.count).toBeGreaterThan(0);
          break;
        }
        await snapshot.close();
        await snapshot.close();
        expect(await view.position(0)).toBe(3_000);
      });
    });

    it('behaves as a map does, whatever the changes, batches and repetitions', async () => {
      const model = new Map<string, string>();
      let next = 0;
      const step = fc.record({
        changes: fc.array(
          fc.record({
            key: fc.string({
              unit: fc.constantFrom('a', 'b', 'Z', '0', '~', '/'),
              minLength: 1,
              maxLength: 3,
            }),
            value: fc.option(fc.string({ maxLength: 8 }), { nil: null }),
          }),
          { maxLength: 8 },
        ),
        repeat: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
          for (const { changes, repeat } of steps) {
            const batch = changes.map(({ key, value }) => ({ key, value: asBytes(value), changedAt: next }));
            next += changes.length;
            await view.apply(4, batch, next);
            if (repeat) await view.apply(4, batch, next);
            for (const { key, value } of changes) {
              if (value === null) model.delete(key);
              else model.set(key, value);
            }
          }
          const expected = [...model].sort(([x], [y]) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
          const found = (await view.range(4, '', 10_000)).map(({ key, value }) => [key, textOf(value)]);
          expect(found).toEqual(expected);
          expect(await contentsOf(view, 'utf8')).toEqual(expected);
          expect(await view.position(4)).toBe(next);
        }),
        { numRuns: 30 },
      );
    });
  });
}

/** All entries of a view as text, in scan order. */
export async function contentsOf(
  view: View,
  encoding: BufferEncoding = 'latin1',
): Promise<[string, string][]> {
  const snapshot = await view.snapshot();
  try {
    return await entriesOf(snapshot.scan(), encoding);
  } finally {
    await snapshot.close();
  }
}

async function entriesOf(
  packs: AsyncIterable<PackedEntries>,
  encoding: BufferEncoding = 'latin1',
): Promise<[string, string][]> {
  const entries: [string, string][] = [];
  for await (const pack of packs) entries.push(...unpack(pack, encoding));
  return entries;
}

function unpack(
  { count, bytes, ends }: PackedEntries,
  encoding: BufferEncoding = 'latin1',
): [string, string][] {
  const buffer = Buffer.from(bytes.buffer);
  const text = (nth: number) => buffer.toString(encoding, nth === 0 ? 0 : ends[nth - 1], ends[nth]);
  return Array.from({ length: count }, (_, i) => [text(2 * i), text(2 * i + 1)]);
}

function put(key: string, value: string, changedAt: number): Change {
  return { key, value: Buffer.from(value), changedAt };
}

function remove(key: string, changedAt: number): Change {
  return { key, value: null, changedAt };
}

/** `count` changes with ascending keys. */
function numbered(count: number): Change[] {
  return Array.from({ length: count }, (_, i) => put(keyOf(i), `value ${i}`, i + 1));
}

function keyOf(number: number): string {
  return number.toString().padStart(8, '0');
}

function keysOf(entries: readonly Entry[]): string[] {
  return entries.map(({ key }) => key);
}

function asBytes(text: string | null): Uint8Array | null {
  return text === null ? null : Buffer.from(text);
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes === undefined || bytes === null ? undefined : Buffer.from(bytes).toString();
}

function bytesOf(bytes: Uint8Array | undefined): number[] | undefined {
  return bytes === undefined ? undefined : [...bytes];
}
