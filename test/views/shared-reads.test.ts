import { expect, it } from 'vitest';
import { SharedReads } from '../../src/views/shared-reads.ts';
import { StateCache } from '../../src/views/state-cache.ts';
import type { SizedState } from '../../src/views/state-view.ts';

/** Reads that end when the test says so, in the order in which they began. */
function heldReads() {
  const begun: ((state: string) => void)[] = [];
  const reads = new SharedReads<string>(
    {
      getSized: () =>
        new Promise<SizedState<string>>((resolve) => {
          begun.push((state) => resolve({ state, encodedBytes: 1 }));
        }),
    },
    new StateCache(),
  );
  return { reads, begun };
}

it.each([[['a']], [undefined]])(
  'a read that a change of %j overtook is neither kept nor shared, also when it ends last',
  async (changed) => {
    const { reads, begun } = heldReads();
    const old = reads.get('a');
    reads.changed(changed);
    const fresh = reads.get('a');
    const joined = reads.get('a');
    expect(begun).toHaveLength(2);
    begun[1]?.('new');
    expect(await Promise.all([fresh, joined])).toEqual(['new', 'new']);
    begun[0]?.('old');
    expect(await old).toBe('old');
    expect(await reads.get('a')).toBe('new');
    expect(begun).toHaveLength(2);
  },
);

it('a read that a change overtook is not kept where nobody asked since', async () => {
  const { reads, begun } = heldReads();
  const old = reads.get('a');
  reads.changed(['a']);
  begun[0]?.('old');
  await old;
  void reads.get('a');
  expect(begun).toHaveLength(2);
});
