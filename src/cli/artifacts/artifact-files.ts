import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { type OrderedJson, parseOrderedJson } from '../../domain/ordered-json.ts';
import { type ArtifactKeys, type ArtifactName, artifactOf } from './artifact-names.ts';
import { unpackedText } from './unpacked-text.ts';

/** An artifact as it was read. */
export interface ReadArtifact {
  readonly path: string;
  readonly value: OrderedJson;
}

/**
 * Which artifact is in which of these files; of a folder all that are in it and in folders below. A folder may hold
 * other files, but a file that is named must be an artifact.
 * @throws TaarError `artifact-unknown` or `artifact-unreadable` (halt)
 */
export async function findArtifacts(
  paths: readonly string[],
  keys: ArtifactKeys,
): Promise<ReadonlyMap<ArtifactName, string>> {
  const found = new Map<ArtifactName, string>();
  for (const path of paths) {
    const isFolder = await isFolderAt(path);
    for (const file of isFolder ? await filesIn(path) : [path]) {
      const name = artifactOf(file, keys);
      if (name === undefined && isFolder) continue;
      if (name === undefined) throw unknown(`${file} has no name of an artifact of TAAR`);
      const other = found.get(name);
      if (other !== undefined && other !== file) throw unknown(`both ${other} and ${file} are ${name}`);
      found.set(name, file);
    }
  }
  if (found.size === 0) throw unknown(`no artifact of TAAR is in ${paths.join(', ')}`);
  return found;
}

/** Reads an artifact. @throws TaarError `artifact-unreadable` (halt) that says which file, and where in it */
export async function readArtifact(path: string): Promise<ReadArtifact> {
  const text = await unpackedText(path);
  try {
    return { path, value: parseOrderedJson(text) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function isFolderAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}

function unknown(what: string): TaarError {
  const names = 'name the files as TAAR does, or as its TAAR_..._KEY settings say';
  return new TaarError('artifact-unknown', 'halt', `${what}; ${names}`);
}

function unreadable(path: string, error: unknown): TaarError {
  const message = `${path} cannot be read: ${messageOf(error)}`;
  return new TaarError('artifact-unreadable', 'halt', message, { cause: error });
}
