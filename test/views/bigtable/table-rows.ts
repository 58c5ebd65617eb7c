import { inflateSync } from 'node:zlib';
import { loadClientPackage } from '../../../src/views/bigtable/client-package.ts';
import type { Row } from '../../../src/views/bigtable/row-assembler.ts';
import { type RowMutation, TableConnection } from '../../../src/views/bigtable/table-connection.ts';
import { MIRROR_FAMILY } from '../../../src/views/bigtable/table-layout.ts';
import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';

const DEADLINE_MS = 20_000;

/** A table as anybody sees it who can read it: all cells that are there, older ones too. */
export class TableRows {
  readonly #table: TableConnection;

  private constructor(table: TableConnection) {
    this.#table = table;
  }

  static async open(place: TablePlace): Promise<TableRows> {
    return new TableRows(new TableConnection(place, await loadClientPackage()));
  }

  /** All rows with everything in them, those of the mirror itself left out. */
  async all(): Promise<Row[]> {
    const rows = await this.#table.readRows({}, DEADLINE_MS);
    return rows.filter(({ cells }) => cells.every(({ family }) => family !== MIRROR_FAMILY));
  }

  async row(key: string): Promise<Row | undefined> {
    const [row] = await this.#table.readRows({ rows: { rowKeys: [Buffer.from(key)] } }, DEADLINE_MS);
    return row;
  }

  write(mutations: readonly RowMutation[]): Promise<void> {
    return this.#table.mutateRows(mutations, DEADLINE_MS);
  }

  close(): Promise<void> {
    return this.#table.close();
  }
}

/** What TAAR's service makes of a row (spec/taar-serving.md section 3); null stands for its "no profile". */
export function readByTaar(row: Row | undefined, clientId: string): Record<string, unknown> | null {
  try {
    const cell = row?.cells.find(({ family, qualifier }) => family === 'profile' && qualifier === 'payload');
    if (cell === undefined) return null;
    const payload = JSON.parse(inflateSync(cell.value).toString()) as Record<string, unknown> | null;
    if (payload === null) return null;
    const or = (key: string, standard: unknown): unknown => (key in payload ? payload[key] : standard);
    const addons = or('active_addons', []) as { addon_id: string; is_system: boolean | null }[];
    return {
      client_id: clientId,
      geo_city: or('city', ''),
      subsession_length: or('subsession_length', 0),
      locale: or('locale', ''),
      os: or('os', ''),
      installed_addons: addons.filter(({ is_system }) => is_system !== true).map(({ addon_id }) => addon_id),
      disabled_addons_ids: or('disabled_addons_ids', []),
      bookmark_count: or('places_bookmarks_count', 0),
      tab_open_count: or('scalar_parent_browser_engagement_tab_open_event_count', 0),
      total_uri: or('scalar_parent_browser_engagement_total_uri_count', 0),
      unique_tlds: or('scalar_parent_browser_engagement_unique_domains_count', 0),
    };
  } catch {
    return null;
  }
}
