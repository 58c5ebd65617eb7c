import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { orderedJsonText } from '../../domain/ordered-json.ts';
import { ARTIFACTS } from '../artifacts/artifact-names.ts';
import type { Kit } from './kit.ts';

export const PROFILES_FILE = 'profiles.jsonl';

/**
 * Writes what a service must hold before the kit is run against it: artifacts under TAAR's names, and the profiles as
 * JSON lines of the rows' payloads. @returns the files' names
 */
export async function writeKit(kit: Kit, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const { name, key } of ARTIFACTS) {
    const artifact = kit.artifacts.get(name);
    if (artifact === undefined) continue;
    const file = basename(key);
    await writeFile(join(folder, file), [...orderedJsonText(artifact)].join(''));
    files.push(file);
  }
  const lines = [...kit.profiles].map(
    ([client, row]) => `${JSON.stringify({ ...row, client_id: client })}\n`,
  );
  await writeFile(join(folder, PROFILES_FILE), lines.join(''));
  return [...files, PROFILES_FILE];
}
