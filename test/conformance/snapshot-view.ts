import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PackedEntries, SnapshotView } from '../../src/views/view.ts';
import { behavesAsMap } from './view.ts';
import { keyOf, keysOf, numbered, put, remove } from './view-entries.ts';

/** What a view that gives snapshots must do beside `describeView`. `open` gives a new and empty one. */
export function describeSnapshots(name: string, open: () => Promise<SnapshotView>): void {
  describe(`a partition of ${name} that is forgotten`, () => {
    let view: SnapshotView;
    beforeEach(async () => {
      view = await open();
    });
    afterEach(() => view.close());

    it('is empty and begins anew, and no other partition is touched', async () => {
      for (const partition of [0, 1, 255, 256]) {
        await view.apply(partition, [put('a', '1', 1), put('b', '1', 2)], 2);
      }
      await view.forget?.(255);
      expect(await view.range(255, '', 10)).toEqual([]);
      expect(await view.position(255)).toBe(0);
      for (const partition of [0, 1, 256]) {
        expect(keysOf(await view.range(partition, '', 10))).toEqual(['a', 'b']);
        expect(await view.position(partition)).toBe(2);
      }
      await view.apply(255, [put('c', '1', 1)], 1);
      expect(keysOf(await view.range(255, '', 10))).toEqual(['c']);
      expect(await view.position(255)).toBe(1);
    });

    it('waits for the writes before it, and those after it for it', async () => {
      await Promise.all([
        view.apply(0, [put('a', '1', 1)], 1),
        view.forget?.(0),
        view.apply(0, [put('b', '1', 1)], 1),
      ]);
      expect(keysOf(await view.range(0, '', 10))).toEqual(['b']);
      expect(await view.position(0)).toBe(1);
    });
  });

  describe(`a snapshot of ${name}`, () => {
    let view: SnapshotView;
    beforeEach(async () => {
      view = await open();
    });
    afterEach(() => view.close());

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
      const keys = (await scanOf(view)).map(([key]) => key);
      expect(keys).toEqual(['1a', '1b', '2a', '2b', '256a', '256b']);
    });

    it('scans everything when it takes many packs', async () => {
      const filler = 'x'.repeat(1_000);
      const changes = Array.from({ length: 5_000 }, (_, i) => put(keyOf(i), `${i} ${filler}`, i + 1));
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

    it('shows what a map would hold, whatever the changes, batches and repetitions', async () => {
      await behavesAsMap(view, () => scanOf(view, 'utf8'));
    });
  });
}

/** All entries of a view as text, in the order of a scan. */
async function scanOf(view: SnapshotView, encoding: BufferEncoding = 'latin1'): Promise<[string, string][]> {
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
