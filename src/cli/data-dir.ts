import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TaarError } from '../domain/errors.ts';

/** Where the log is kept. */
export function logFileIn(dataDir: string): string {
  return join(dataDir, 'log.sqlite');
}

/** Where the views are kept; the folder may be deleted while nothing runs, and is then built anew. */
export function viewFolderIn(dataDir: string, view: string): string {
  return join(dataDir, 'views', view);
}

/** Nobody else needs to see what is in it. */
const DATA_DIR_MODE = 0o700;

/**
 * Makes the data folder where it is missing, and sees that it can be used.
 * @throws TaarError `data-dir-unusable` (halt)
 */
export async function prepareDataDir(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: DATA_DIR_MODE });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new TaarError(
      'data-dir-unusable',
      'halt',
      `cannot keep data in ${folder} (${messageOf(error)}); make it a folder you may write to, or set DATA_DIR`,
    );
  }
}
