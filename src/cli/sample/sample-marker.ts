import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'sample.json';

/** Notes in DATA_DIR that the sample was taken, so that a second start does not take it again. */
export class SampleMarker {
  readonly #file: string;
  readonly #logId: string;

  /** `logId` ties the note to the data: a log that was started anew has no sample. */
  constructor(dataDir: string, logId: string) {
    this.#file = join(dataDir, FILE);
    this.#logId = logId;
  }

  async isSet(): Promise<boolean> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')).logId === this.#logId;
    } catch {
      // No note, or half a one: sampling again changes nothing that is there.
      return false;
    }
  }

  async set(facts: { readonly clients: number; readonly seed: number }): Promise<void> {
    const draft = `${this.#file}.new`;
    await writeFile(draft, `${JSON.stringify({ logId: this.#logId, ...facts })}\n`);
    await rename(draft, this.#file);
  }
}
