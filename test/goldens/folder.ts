import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GoldenFiles } from './golden.ts';

const ENDINGS = ['.json', '.json.gz'] as const;

/** The golden files of one set: `<folder>/<family>/<name>.<set>.json[.gz]`. */
export class GoldenFolder implements GoldenFiles {
  readonly #folder: string;
  readonly #set: string;

  constructor(folder: string, set: string) {
    this.#folder = folder;
    this.#set = set;
  }

  /** `family/name` of every file of the set, ascending. */
  names(): readonly string[] {
    const names = readdirSync(this.#folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name: family }) =>
        readdirSync(join(this.#folder, family))
          .map((file) => this.#nameOf(file))
          .filter((name) => name !== undefined)
          .map((name) => `${family}/${name}`),
      );
    return [...new Set(names)].sort();
  }

  async load(name: string): Promise<unknown> {
    const path = ENDINGS.map((ending) => join(this.#folder, `${name}.${this.#set}${ending}`)).find(
      existsSync,
    );
    if (path === undefined) throw new Error(`${name}.${this.#set}.json[.gz] is not in ${this.#folder}`);
    const bytes = await readFile(path);
    return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  }

  #nameOf(file: string): string | undefined {
    for (const ending of ENDINGS.map((ending) => `.${this.#set}${ending}`)) {
      if (file.endsWith(ending) && file.length > ending.length) return file.slice(0, -ending.length);
    }
    return undefined;
  }
}
