import { join, relative, resolve } from 'node:path';
import { TaarError } from '../../domain/errors.ts';

/** Linux takes 107 bytes, macOS 103; a longer path would be cut off without a word. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Where the control socket of some data is, in the shorter of its two spellings.
 * @throws TaarError `data-dir-too-long` (halt)
 */
export function controlSocketPath(dataDir: string): string {
  const absolute = resolve(dataDir, 'control.sock');
  const fromHere = join('.', relative(process.cwd(), absolute));
  const path = fromHere.length < absolute.length ? fromHere : absolute;
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new TaarError(
      'data-dir-too-long',
      'halt',
      `the path of the control socket, DATA_DIR/control.sock, has more than ${MAX_SOCKET_PATH_BYTES} bytes; ` +
        'start taar from a folder nearer to DATA_DIR, or choose a shorter one',
    );
  }
  return path;
}
