import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { describeSnapshots } from '../../conformance/snapshot-view.ts';
import { describeView } from '../../conformance/view.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const IDENTITY = { logId: 'a log', name: 'addons.profile.changed.v1' };

describeView('RocksView', async () => {
  const folder = await temporaryFolder();
  const view = await openRocksView({ folder, ...IDENTITY });
  return {
    view,
    async reopen() {
      await view.close();
      return openRocksView({ folder, ...IDENTITY });
    },
  };
});

describeSnapshots('RocksView', async () => openRocksView({ folder: await temporaryFolder(), ...IDENTITY }));
