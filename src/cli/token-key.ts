import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TaarError } from '../domain/errors.ts';
import type { Logger } from '../ops/logging.ts';
import { MIN_TOKEN_KEY_CHARACTERS } from '../ops/setting-table.ts';
import type { Settings } from '../ops/settings.ts';

const KEY_BYTES = 32;
/** Who can read the key can speak about any answer. */
const KEY_FILE_MODE = 0o600;

/**
 * The key that the tokens of answers are signed with: the setting; else one that is made once and kept in DATA_DIR,
 * where the log is there, too; else, on Kafka, one for this process alone.
 * @throws TaarError `token-key-unusable` (halt)
 */
export async function tokenKeyOf(
  { tokenKey, kafkaBrokers, dataDir }: Pick<Settings, 'tokenKey' | 'kafkaBrokers' | 'dataDir'>,
  logger: Logger,
): Promise<string> {
  if (tokenKey !== undefined) return tokenKey;
  if (kafkaBrokers === undefined) return keptKey(join(dataDir, 'token.key'));
  logger.warn(
    {},
    'TOKEN_KEY is not set: observations about answers of other nodes, or from before this start, are not taken',
  );
  return newKey();
}

async function keptKey(file: string): Promise<string> {
  try {
    await writeFile(file, newKey(), { flag: 'wx', mode: KEY_FILE_MODE, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(messageOf(error));
  }
  const key = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(messageOf(error));
  });
  // Cut off by a full disk or a crash when it was made.
  if (key.length < MIN_TOKEN_KEY_CHARACTERS) throw unusable('it is too short');
  return key;
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

function unusable(why: string): TaarError {
  return new TaarError(
    'token-key-unusable',
    'halt',
    `the key in DATA_DIR/token.key cannot be used (${why}); set TOKEN_KEY, or delete the file: then answers that were ` +
      'given before take no observations',
  );
}
