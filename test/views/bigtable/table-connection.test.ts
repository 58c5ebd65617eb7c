import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAX_RETRIES } from '../../../src/views/bigtable/attempts.ts';
import { GRPC } from '../../../src/views/bigtable/bigtable-errors.ts';
import {
  type ClientPackage,
  type DataClient,
  loadClientPackage,
} from '../../../src/views/bigtable/client-package.ts';
import { type RowMutation, TableConnection } from '../../../src/views/bigtable/table-connection.ts';
import { positionMutation } from '../../../src/views/bigtable/table-layout.ts';
import { bigtableEmulatorHost, describeWith } from '../../infra/services.ts';
import { TableRows } from './table-rows.ts';
import { newTable } from './tables.ts';

const PLACE = { projectId: 'a', instanceId: 'b', tableId: 'c' };
const ABORTED = 10;

/** The codes that each request is answered with, row by row; fewer codes than rows: the answer ends early. */
type Script = readonly (readonly number[])[];

/** A connection whose server answers by a script, as no real one can be made to. */
async function scripted(script: Script): Promise<{ table: TableConnection; requests: string[][] }> {
  const requests: string[][] = [];
  const client: DataClient = {
    initialize: async () => {},
    close: async () => {},
    readRows: () => {
      throw new Error('nothing is read');
    },
    mutateRows({ entries }) {
      const codes = script[requests.length] ?? [];
      requests.push((entries ?? []).map(({ rowKey }) => Buffer.from(rowKey ?? '').toString()));
      const answer = new PassThrough({ objectMode: true });
      // One row a message, the last one first: answers need not keep the order of the request.
      for (const [index, code] of [...codes.entries()].reverse()) {
        answer.write({ entries: [{ index: `${index}`, status: { code } }] });
      }
      return Object.assign(answer.end(), { cancel: () => answer.destroy() });
    },
  };
  const loaded: ClientPackage = { ...(await loadClientPackage()), newDataClient: () => client };
  return { table: new TableConnection(PLACE, loaded), requests };
}

const rows = (...partitions: number[]): RowMutation[] =>
  partitions.map((partition) => positionMutation(partition, 1));
const keys = (...partitions: number[]): string[] => partitions.map((partition) => `#position/${partition}`);

describe('writing rows', () => {
  it('writes those again that were refused for now, and only those', async () => {
    const { ok, unavailable } = GRPC;
    const { table, requests } = await scripted([[ok, unavailable, ok, ABORTED], [ok, unavailable], [ok]]);
    await table.mutateRows(rows(0, 1, 2, 3), 5_000);
    expect(requests).toEqual([keys(0, 1, 2, 3), keys(1, 3), keys(3)]);
  });

  it('writes those again of which the answer said nothing', async () => {
    const { table, requests } = await scripted([[GRPC.ok], [GRPC.ok, GRPC.ok]]);
    await table.mutateRows(rows(0, 1, 2), 5_000);
    expect(requests).toEqual([keys(0, 1, 2), keys(1, 2)]);
  });

  it('fails after so many attempts, and says that it may be tried again', async () => {
    const { table, requests } = await scripted(Array(10).fill([GRPC.unavailable]));
    await expect(table.mutateRows(rows(0), 5_000)).rejects.toMatchObject({
      code: 'view-unavailable',
      disposition: 'retry',
    });
    expect(requests).toHaveLength(1 + MAX_RETRIES);
  });

  it('fails at once when a row is refused for good', async () => {
    const { table, requests } = await scripted([[GRPC.ok, GRPC.permissionDenied]]);
    const refused = { code: 'view-refused', disposition: 'halt' };
    await expect(table.mutateRows(rows(0, 1), 5_000)).rejects.toMatchObject(refused);
    expect(requests).toHaveLength(1);
  });
});

describeWith('bigtable', 'a table in an emulator', () => {
  it('is not taken for written when the call succeeds but a row in it does not', async () => {
    const place = await newTable(bigtableEmulatorHost());
    const table = await TableRows.open(place);
    onTestFinished(() => table.close());
    // Of now: the emulator throws old cells away whenever its turn to clean comes.
    const cell = {
      columnQualifier: Buffer.from('0'),
      timestampMicros: 1_000 * Date.now(),
      value: Buffer.from('x'),
    };
    const good = { rowKey: Buffer.from('good'), mutations: [{ setCell: { familyName: 'state', ...cell } }] };
    const bad = { rowKey: Buffer.from('bad'), mutations: [{ setCell: { familyName: 'none', ...cell } }] };
    await expect(table.write([good, bad])).rejects.toMatchObject({ code: 'view-unavailable' });
    expect((await table.row('good'))?.cells).toHaveLength(1);
    expect(await table.row('bad')).toBeUndefined();
  });
});
