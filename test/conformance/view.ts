import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { View } from '../../src/views/view.ts';
import { bytesOf, contentsOf, keyOf, keysOf, numbered, put, remove, textOf } from './view-entries.ts';

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
        await view.apply(0, [put('a', odd, 1), put('b', 'B', 2)], 2);
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
        await view.apply(0, [put('a', large, 1)], 1);
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

    it('behaves as a map does, whatever the changes, batches and repetitions', async () => {
      await behavesAsMap(view, async () =>
        (await view.range(4, '', 10_000)).map(({ key, value }) => [key, textOf(value) ?? '']),
      );
    });
  });
}

/** Applies drawn changes to partition 4 of a new view, and compares it with a map after each drawing. */
export async function behavesAsMap(view: View, read: () => Promise<[string, string][]>): Promise<void> {
  const model = new Map<string, string>();
  let next = 0;
  const change = fc.record({
    key: fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '0', '~', '/'), minLength: 1, maxLength: 3 }),
    value: fc.option(fc.string({ maxLength: 8 }), { nil: null }),
  });
  const step = fc.record({ changes: fc.array(change, { maxLength: 8 }), repeat: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      for (const { changes, repeat } of steps) {
        const batch = changes.map(({ key, value }) =>
          value === null ? remove(key, next) : put(key, value, next),
        );
        next += changes.length;
        await view.apply(4, batch, next);
        if (repeat) await view.apply(4, batch, next);
        for (const { key, value } of changes) {
          if (value === null) model.delete(key);
          else model.set(key, value);
        }
      }
      expect(await read()).toEqual(
        [...model].sort(([x], [y]) => Buffer.compare(Buffer.from(x), Buffer.from(y))),
      );
      expect(await view.position(4)).toBe(next);
    }),
    { numRuns: 30 },
  );
}
