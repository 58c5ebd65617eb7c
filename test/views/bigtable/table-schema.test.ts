import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadClientPackage } from '../../../src/views/bigtable/client-package.ts';
import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import { clientOptions, instanceName, type TablePlace } from '../../../src/views/bigtable/table-place.ts';
import { ensureTable, tableDrift } from '../../../src/views/bigtable/table-schema.ts';
import { Emulator, NO_EMULATOR, newPlace } from './emulator.ts';
import { TableRows } from './table-rows.ts';

const DAY_MS = 86_400_000;

describe.skipIf(NO_EMULATOR)('the table of a view', () => {
  let emulator: Emulator;
  let place: TablePlace;
  beforeAll(async () => {
    emulator = await Emulator.shared();
  });
  afterAll(() => emulator.stop());

  async function aboutDrift(): Promise<string[]> {
    return (await tableDrift(place)).map(({ about }) => about.replace(place.tableId, 'TABLE'));
  }

  it('is made with its families and their rules, and then is as it should be', async () => {
    place = newPlace(emulator.host);
    const expected = [
      'make the table projects/a-project/instances/an-instance/tables/TABLE',
      'make the family profile: one version, 90 days',
      'make the family state: one version, 400 days',
      'make the family mirror: one version',
    ];
    expect(await aboutDrift()).toEqual(expected);
    expect(await ensureTable(place)).toHaveLength(4);
    expect(await aboutDrift()).toEqual([]);
    expect(await ensureTable(place)).toEqual([]);
  });

  it('may be made by two at once', async () => {
    place = newPlace(emulator.host);
    await Promise.all([ensureTable(place), ensureTable(place), ensureTable(place)]);
    expect(await aboutDrift()).toEqual([]);
  });

  it('may be TAAR’s: what it lacks is added, and a rule that is another is set', async () => {
    place = newPlace(emulator.host);
    await makeTable({
      profile: {
        gcRule: { union: { rules: [{ maxAge: { seconds: 90 * 86_400 } }, { maxNumVersions: 1 }] } },
      },
      state: { gcRule: { maxNumVersions: 3 } },
    });
    expect(await aboutDrift()).toEqual([
      'set the family state: one version, 400 days',
      'make the family mirror: one version',
    ]);
    await ensureTable(place);
    expect(await aboutDrift()).toEqual([]);
  });

  it('forgets TAAR’s rows after 90 days, states after 400, and positions never', async () => {
    place = newPlace(emulator.host);
    await ensureTable(place);
    const legacyRows = { payloadsOf: async () => [Buffer.from('a payload')] };
    const view = await openBigtableView({ place, role: 'writer', logId: 'a log', name: 'c', legacyRows });
    const rows = await TableRows.open(place);
    onTestFinished(async () => {
      await view.close();
      await rows.close();
    });
    for (const [nth, days] of [1, 91, 401].entries()) {
      const change = {
        key: `${days} days`,
        value: Buffer.from('a state'),
        changedAt: Date.now() - days * DAY_MS,
      };
      await view.apply(0, [change], nth + 1);
    }
    const left = async () =>
      (await rows.all()).map(({ key, cells }) => [key, ...cells.map(({ family }) => family)]);
    await expect.poll(left, { timeout: 10_000 }).toEqual([
      ['1 days', 'profile', 'state'],
      ['91 days', 'state'],
    ]);
    expect(await view.position(0)).toBe(3);
  });

  async function makeTable(columnFamilies: Record<string, object>): Promise<void> {
    const loaded = await loadClientPackage();
    const admin = loaded.newAdminClient(clientOptions(place, loaded));
    const { tableId } = place;
    await admin.createTable({ parent: instanceName(place), tableId, table: { columnFamilies } });
    await admin.close();
  }
});
