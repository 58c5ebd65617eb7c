import type { EpochMs } from '../domain/clock.ts';
import { readProfileRows } from '../producers/profile-file.ts';
import type { ProfileRow } from '../producers/profile-row.ts';
import type { Operations } from './control/operations.ts';

/** Rows that go together: enough to be quick, few enough to give way to pings in between. */
const ROWS_A_BATCH = 200;
/** Keeps a request to the running process well below what it takes, whatever the rows hold. */
const BATCH_BYTES = 2 * 2 ** 20;
const ROWS_A_PROGRESS_LINE = 10_000;
/** Malformed rows that are named; a damaged file would name millions. */
const NAMED_MALFORMED = 100;

export interface ProfilesReport {
  readonly taken: number;
  /** Rows under ids that stand for no browser. */
  readonly nobody: number;
  readonly malformed: {
    readonly count: number;
    /** Of those, the first. */
    readonly first: readonly { readonly where: string; readonly reason: string }[];
  };
}

/** Takes in the rows of a file in batches. @throws what reading and the operation say */
export async function importProfiles(
  operations: Pick<Operations, 'importProfiles'>,
  file: string,
  seenAt: EpochMs,
  progress: (line: string) => void,
): Promise<ProfilesReport> {
  const rows = new ProfileImport(operations, progress);
  for await (const found of readProfileRows(file, seenAt)) {
    if (found.kind === 'row') await rows.add(found.where, found.row, found.bytes);
    else if (found.kind === 'nobody') rows.nobody += 1;
    else rows.refuse(found.where, found.reason);
  }
  return rows.finish();
}

class ProfileImport {
  nobody = 0;
  readonly #operations: Pick<Operations, 'importProfiles'>;
  readonly #progress: (line: string) => void;
  readonly #first: { where: string; reason: string }[] = [];
  #malformed = 0;
  #taken = 0;
  #told = 0;
  #batch: { where: string; row: ProfileRow }[] = [];
  #bytes = 0;

  constructor(operations: Pick<Operations, 'importProfiles'>, progress: (line: string) => void) {
    this.#operations = operations;
    this.#progress = progress;
  }

  async add(where: string, row: ProfileRow, bytes: number): Promise<void> {
    this.#batch.push({ where, row });
    this.#bytes += bytes;
    if (this.#batch.length >= ROWS_A_BATCH || this.#bytes >= BATCH_BYTES) await this.#send();
  }

  refuse(where: string, reason: string): void {
    this.#malformed += 1;
    if (this.#first.length < NAMED_MALFORMED) this.#first.push({ where, reason });
  }

  async finish(): Promise<ProfilesReport> {
    await this.#send();
    const malformed = { count: this.#malformed, first: this.#first };
    return { taken: this.#taken, nobody: this.nobody, malformed };
  }

  async #send(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#bytes = 0;
    const { taken, malformed } = await this.#operations.importProfiles(batch.map(({ row }) => row));
    for (const { index, reason } of malformed) this.refuse(batch[index]?.where ?? '', reason);
    this.#taken += taken;
    if (this.#taken - this.#told >= ROWS_A_PROGRESS_LINE) {
      this.#told = this.#taken;
      this.#progress(`${this.#taken} profiles taken in so far`);
    }
  }
}
