import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { describeView } from '../../conformance/view.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describeView('RocksView', async () => {
  const folder = await temporaryFolder();
  const open = () => openRocksView({ folder, logId: 'a log', name: 'addons.profile.changed.v1' });
  const view = await open();
  return {
    view,
    async reopen() {
      await view.close();
      return open();
    },
  };
});
