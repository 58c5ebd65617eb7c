import { expect, it } from 'vitest';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import { WatchedView } from '../../src/views/watched-view.ts';
import { describeSnapshots } from '../conformance/snapshot-view.ts';
import { describeView } from '../conformance/view.ts';
import { put, remove } from '../conformance/view-entries.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function open(folder: string): Promise<WatchedView> {
  return new WatchedView(await openRocksView({ folder, logId: 'a log', name: 'a topic' }));
}

describeView('a watched view', async () => {
  const folder = await temporaryFolder();
  const view = await open(folder);
  return {
    view,
    async reopen() {
      await view.close();
      return open(folder);
    },
  };
});

describeSnapshots('a watched view', async () => open(await temporaryFolder()));

it('tells of each change once it is written, and after a write that failed', async () => {
  const view = await open(await temporaryFolder());
  const told: (readonly string[] | undefined)[] = [];
  view.onChange((keys) => told.push(keys));
  await view.apply(0, [put('a', '1', 1), remove('b', 2)], 2);
  await view.forget(0);
  expect(told).toEqual([['a', 'b'], undefined]);
  await view.close();
  await expect(view.apply(0, [put('c', '1', 1)], 1)).rejects.toThrow();
  expect(told.at(-1)).toEqual(['c']);
});
