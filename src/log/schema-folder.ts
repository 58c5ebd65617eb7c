import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import avro from 'avsc';
import { TaarError } from '../domain/errors.ts';
import { assertFullyCompatible } from './compatibility.ts';
import type { RecordType } from './record-types.ts';

/** The project's own `schemas/`. */
export const SCHEMA_FOLDER = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** The schema of one record type that this program writes with. */
export interface CurrentSchema {
  readonly type: RecordType;
  /** Canonical JSON text. */
  readonly text: string;
  readonly avro: avro.Type;
}

/**
 * Reads the newest version of every record type and checks it against the earlier ones that are kept beside it.
 * @throws TaarError `schema-incompatible` (halt)
 */
export function readSchemas(folder: string = SCHEMA_FOLDER): readonly CurrentSchema[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const versions = versionsIn(`${folder}/${name}`);
      const current = versions.at(-1);
      if (current === undefined) {
        throw new TaarError('schema-missing', 'halt', `${folder}/${name} holds no v<N>.avsc`);
      }
      for (const earlier of versions.slice(0, -1)) assertFullyCompatible(name, current.avro, earlier.avro);
      return { type: name as RecordType, ...current };
    });
}

function versionsIn(folder: string): { text: string; avro: avro.Type }[] {
  return readdirSync(folder)
    .map((file) => /^v(\d+)\.avsc$/.exec(file)?.[1])
    .filter((number) => number !== undefined)
    .sort((a, b) => Number(a) - Number(b))
    .map((number) => {
      const text = JSON.stringify(JSON.parse(readFileSync(`${folder}/v${number}.avsc`, 'utf8')));
      return { text, avro: parseSchema(text) };
    });
}

/** Parses an Avro schema into a type of its own registry, so that equal names of two versions do not meet. */
export function parseSchema(text: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(text), { registry: {} });
}
