import { messageOf, TaarError } from '../../domain/errors.ts';

/** What a view was about to do when RocksDB failed. */
export type ViewDeed = 'open' | 'read' | 'write';

/** The changelog that a view is of, and where the view lies. */
export interface ViewPlace {
  readonly name: string;
  readonly folder: string;
}

/** What RocksDB says of files that are damaged or missing; the rest of its texts may name a key. */
const DAMAGE = /corrupt|checksum|CURRENT file|contains existing log file|MANIFEST-\d+: No such file/i;
const DISK_FULL = /no space left/i;

/**
 * A failure of RocksDB as an error with a code: `view-closed`, `view-damaged`, `view-in-use` (halt), or
 * `view-open-failed` (halt), `view-read-failed` (retry), `view-write-failed` (retry when the disk is full: RocksDB
 * goes on by itself when there is room; else halt, as it then takes no write until it is opened anew). RocksDB's own
 * status is lost on the way through the binding, which calls most of them EIO, so its text decides. The text is never
 * passed on: it may quote a key. A mistake of the caller (a partition out of range) comes back as it is.
 */
export function rocksError(error: unknown, place: ViewPlace, deed: ViewDeed): Error {
  if (error instanceof TaarError || error instanceof RangeError || error instanceof TypeError) return error;
  const { name, folder } = place;
  const text = textOf(error);
  if (/session is closed|batch is destroyed/i.test(text)) return viewClosed(name);
  if (DAMAGE.test(text)) {
    return new TaarError(
      'view-damaged',
      'halt',
      `the view of ${name} is damaged on disk: ${rebuildAdvice(place)}`,
    );
  }
  if (/lock hold by|lock file/i.test(text)) {
    const advice = 'stop that process, or give this one another data folder';
    return new TaarError('view-in-use', 'halt', `the view of ${name} is open in another process: ${advice}`);
  }
  const full = DISK_FULL.test(text);
  if (deed === 'open') {
    const advice = full
      ? `the disk of ${folder} is full; make room`
      : `see that ${folder} is a folder that can be written to; if it is, ${rebuildAdvice(place)}`;
    return new TaarError('view-open-failed', 'halt', `the view of ${name} could not be opened: ${advice}`);
  }
  if (deed === 'write') return writeFailed(place, full);
  const what = `a read in the view of ${name} failed`;
  return new TaarError('view-read-failed', 'retry', `${what}: look at the disk that ${folder} lies on`);
}

function writeFailed({ name, folder }: ViewPlace, full: boolean): TaarError {
  const what = `a write in the view of ${name} failed`;
  if (full) {
    const advice = `the disk of ${folder} is full; make room, and the view goes on by itself`;
    return new TaarError('view-write-failed', 'retry', `${what}: ${advice}`);
  }
  const advice = `mend the disk that ${folder} lies on, then start this process anew`;
  return new TaarError('view-write-failed', 'halt', `${what}: ${advice}`);
}

/** A failed write says why only in its cause. */
function textOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

export function viewClosed(name: string): TaarError {
  return new TaarError('view-closed', 'halt', `the view of ${name}, or its snapshot, is closed already`);
}

/** What to do about a view that cannot be used any more. Losing one loses nothing. */
export function rebuildAdvice({ name, folder }: ViewPlace): string {
  return `stop the process and delete the folder ${folder}; the next start rebuilds it from ${name}`;
}
