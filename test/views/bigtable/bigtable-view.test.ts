import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import { describeView } from '../../conformance/view.ts';
import { bigtableEmulatorHost, describeWith } from '../../infra/services.ts';
import { newTable } from './tables.ts';

const IDENTITY = { logId: 'a log', name: 'addons.profile.changed.v1', role: 'writer' } as const;
/** Bytes of states are not looked into: some are shown to TAAR's readers, some are not. */
const LEGACY_ROWS = {
  payloadsOf: async (changes: readonly { value: Uint8Array | null }[]) =>
    changes.map(({ value }) => (value !== null && value.length % 2 === 0 ? value : null)),
};

describeWith('bigtable', 'on an emulator', () => {
  describeView('BigtableView', () => opened({}));
  describeView('BigtableView with rows for TAAR’s readers', () => opened({ legacyRows: LEGACY_ROWS }));

  async function opened(extra: { legacyRows?: typeof LEGACY_ROWS }) {
    const place = await newTable(bigtableEmulatorHost());
    const open = () => openBigtableView({ place, ...IDENTITY, ...extra });
    const view = await open();
    return {
      view,
      async reopen() {
        await view.close();
        return open();
      },
    };
  }
});
