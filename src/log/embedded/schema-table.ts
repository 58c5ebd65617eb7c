import type { DatabaseSync } from 'node:sqlite';
import { assertFullyCompatible } from '../compatibility.ts';
import { parseSchema } from '../schema-folder.ts';

/** The schemas that records of this log were written with: what a registry is for Kafka. */
export class SchemaTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * The id of a schema text, a new one where it is new.
   * @throws TaarError `schema-incompatible` (halt) where it does not fit an earlier one of its type
   */
  idOf(type: string, text: string): number {
    const known = this.#database.prepare('SELECT id FROM schemas WHERE text = ?').get(text);
    if (known !== undefined) return Number(known.id);
    const schema = parseSchema(text);
    for (const row of this.#database.prepare('SELECT text FROM schemas WHERE type = ?').all(type)) {
      assertFullyCompatible(type, schema, parseSchema(String(row.text)));
    }
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO schemas (type, text) VALUES (?, ?)')
      .run(type, text);
    return Number(lastInsertRowid);
  }

  schemaOf(id: number): { type: string; text: string } | null {
    const row = this.#database.prepare('SELECT type, text FROM schemas WHERE id = ?').get(id);
    return row === undefined ? null : { type: String(row.type), text: String(row.text) };
  }
}
