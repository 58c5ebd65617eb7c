import { type ClientPackage, loadClientPackage } from '../src/views/bigtable/client-package.ts';
import { clientOptions, type TablePlace, tableName } from '../src/views/bigtable/table-place.ts';
import type { Change } from '../src/views/view.ts';

type Client = ReturnType<ClientPackage['newDataClient']>;

const COLUMN = Buffer.from('0');
const PAYLOAD = Buffer.from('payload');
const OPTIONS = { timeout: 60_000, retryRequestOptions: { retries: 0, noResponseRetries: 0 } };

/** The least code that writes and reads the same cells with the generated client: no positions, no look at failures. */
export class BareTable {
  readonly #client: Client;
  readonly #table: string;

  private constructor(client: Client, table: string) {
    this.#client = client;
    this.#table = table;
  }

  static async open(place: TablePlace): Promise<BareTable> {
    const loaded = await loadClientPackage();
    return new BareTable(loaded.newDataClient(clientOptions(place, loaded)), tableName(place));
  }

  async write(changes: readonly Change[], payload: Uint8Array | undefined): Promise<void> {
    const entries = changes.map(({ key, value, changedAt }) => {
      const timestampMicros = changedAt * 1_000;
      const state = { familyName: 'state', columnQualifier: COLUMN, timestampMicros, value };
      const shown = {
        familyName: 'profile',
        columnQualifier: PAYLOAD,
        timestampMicros,
        value: payload ?? null,
      };
      const mutations =
        payload === undefined ? [{ setCell: state }] : [{ setCell: state }, { setCell: shown }];
      return { rowKey: Buffer.from(key), mutations };
    });
    const answer = this.#client.mutateRows({ tableName: this.#table, entries }, OPTIONS);
    for await (const _part of answer);
  }

  /** How many of the keys were found. */
  async read(keys: readonly string[]): Promise<number> {
    const rows = { rowKeys: keys.map((key) => Buffer.from(key)) };
    const newest = {
      chain: { filters: [{ familyNameRegexFilter: 'state' }, { cellsPerColumnLimitFilter: 1 }] },
    };
    const answer = this.#client.readRows({ tableName: this.#table, rows, filter: newest }, OPTIONS);
    const found = new Map<string, Uint8Array>();
    for await (const { chunks } of answer) {
      for (const { rowKey, value } of chunks) found.set(rowKey.toString(), value);
    }
    return keys.filter((key) => found.has(key)).length;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
