import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';
import type { Change, View } from '../../../src/views/view.ts';
import { contentsOf, put, remove } from '../../conformance/view-entries.ts';
import { Emulator, NO_EMULATOR, newTable } from './emulator.ts';
import { TableRows } from './table-rows.ts';

const KEYS = ['a', 'b', 'c'];
const SEED = 20261125;
/** States that begin with `s` are profiles; the others are closed rows. */
const LEGACY_ROWS = {
  payloadsOf: async (changes: readonly Change[]) =>
    changes.map(({ value }) => (value !== null && value[0] === 's'.charCodeAt(0) ? value : null)),
};

/** A writer of its own, that knows nothing of what others have written since. */
function openWriter(place: TablePlace): Promise<View> {
  return openBigtableView({ place, role: 'writer', logId: 'a log', name: 'c', legacyRows: LEGACY_ROWS });
}

describe.skipIf(NO_EMULATOR)('a write that comes late', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await Emulator.shared();
  });
  afterAll(() => emulator.stop());

  it('does not move a position back', async () => {
    const place = await newTable(emulator.host);
    const [zombie, owner] = [await openWriter(place), await openWriter(place)];
    await zombie.apply(0, [put('a', 's1', 1)], 1);
    await owner.apply(0, [put('a', 's2', 2), put('a', 's3', 3)], 3);
    await zombie.apply(0, [put('a', 's2', 2)], 2);
    expect(await owner.position(0)).toBe(3);
    await expect.poll(() => zombie.position(0)).toBe(3);
    expect(await contentsOf(owner)).toEqual([['a', 's3']]);
    await zombie.close();
    await owner.close();
  });

  it('does not bring back what was removed or closed meanwhile, neither for us nor for TAAR’s readers', async () => {
    const place = await newTable(emulator.host);
    const [zombie, owner] = [await openWriter(place), await openWriter(place)];
    await zombie.apply(0, [], 1);
    await owner.apply(0, [put('a', 's1', 2), put('b', 's1', 2), remove('a', 4), put('b', 'closed', 4)], 4);
    await zombie.apply(0, [put('a', 's1', 2), put('b', 's1', 2), put('b', 's2', 3)], 3);
    expect(await contentsOf(owner)).toEqual([['b', 'closed']]);
    expect(await shownIn(place)).toEqual([]);
    await zombie.close();
    await owner.close();
  });

  it('changes nothing, in whatever order writers that died and came back write their batches', async () => {
    await fc.assert(
      fc.asyncProperty(history(), async ({ changes, deliveries }) => {
        const place = await newTable(emulator.host);
        // Each is of a process of its own, which takes the table for new.
        const writers = await Promise.all(deliveries.map(() => openWriter(place)));
        for (const writer of writers) await writer.position(0);
        const deliver = async ({ from, to }: Delivery, nth: number) =>
          writers[nth]?.apply(0, changes.slice(from, to), to);
        for (const [nth, delivery] of deliveries.entries()) if (!delivery.late) await deliver(delivery, nth);
        const last = await openWriter(place);
        const end = changes.length + 1;
        await last.apply(0, changes, end);
        for (const [nth, delivery] of deliveries.entries()) if (delivery.late) await deliver(delivery, nth);
        const folded = fold(changes);
        expect(await contentsOf(last)).toEqual(folded);
        expect(await shownIn(place)).toEqual(folded.filter(([, value]) => value.startsWith('s')));
        expect(await last.position(0)).toBe(end);
        for (const view of [...writers, last]) await view.close();
      }),
      { numRuns: 20, seed: SEED },
    );
  });
});

/** A slice of the changelog that a writer applies, before or after another has applied everything. */
interface Delivery {
  readonly from: number;
  readonly to: number;
  readonly late: boolean;
}

/** A changelog, and slices of it in any order and any number of times. */
function history(): fc.Arbitrary<{ changes: Change[]; deliveries: Delivery[] }> {
  const value = fc.oneof(
    fc.integer({ min: 0, max: 99 }).map((n) => `s${n}`),
    fc.constant('closed'),
    fc.constant(null),
  );
  const steps = fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { minLength: 1, maxLength: 12 });
  return steps.chain((drawn) => {
    const changes = drawn.map(([key, text], i) => (text === null ? remove(key, i) : put(key, text, i)));
    const bound = fc.integer({ min: 0, max: changes.length });
    const delivery = fc
      .record({ late: fc.boolean(), bounds: fc.tuple(bound, bound) })
      .map(({ late, bounds: [x, y] }) => ({ late, from: Math.min(x, y), to: Math.max(x, y) }));
    return fc.array(delivery, { maxLength: 8 }).map((deliveries) => ({ changes, deliveries }));
  });
}

function fold(changes: readonly Change[]): [string, string][] {
  const model = new Map<string, string>();
  for (const { key, value } of changes) {
    if (value === null) model.delete(key);
    else model.set(key, Buffer.from(value).toString());
  }
  return [...model].sort(([x], [y]) => (x < y ? -1 : 1));
}

/** What TAAR's readers would take for a profile: the newest payload of each row, if it is one. */
async function shownIn(place: TablePlace): Promise<[string, string][]> {
  const rows = await TableRows.open(place);
  const all = await rows.all();
  await rows.close();
  return all
    .map(({ key, cells }): [string, string] => {
      const newest = cells.find(({ family }) => family === 'profile');
      return [key, Buffer.from(newest?.value ?? []).toString()];
    })
    .filter(([, payload]) => payload.startsWith('s'));
}
