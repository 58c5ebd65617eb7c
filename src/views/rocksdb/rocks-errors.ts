import { messageOf, TaarError } from '../../domain/errors.ts';

/** What a view was about to do when RocksDB failed. */
export type ViewDeed = 'open' | 'read' | 'write';

/**
 * A failure of RocksDB as an error with a code: `view-closed`, `view-damaged`, `view-in-use` (halt), or
 * `view-open-failed` (halt), `view-read-failed`, `view-write-failed` (retry). RocksDB's own status is lost on the
 * way through the binding, which calls everything EIO, so its text decides. The text is never passed on: it may
 * quote a key. A mistake of the caller (a partition out of range) comes back as it is.
 */
export function rocksError(error: unknown, view: string, deed: ViewDeed): Error {
  if (error instanceof TaarError || error instanceof RangeError || error instanceof TypeError) return error;
  const text = textOf(error);
  if (/session is closed|batch is destroyed/i.test(text)) return viewClosed(view);
  if (/corrupt|checksum/i.test(text)) {
    return new TaarError(
      'view-damaged',
      'halt',
      `the view of ${view} is damaged on disk: ${rebuildAdvice(view)}`,
    );
  }
  if (/lock hold by|lock file/i.test(text)) {
    const advice = 'stop that process, or give this one another data folder';
    return new TaarError('view-in-use', 'halt', `the view of ${view} is open in another process: ${advice}`);
  }
  if (deed === 'open') {
    const advice = 'check that its folder exists, is writable and that the disk has room';
    return new TaarError('view-open-failed', 'halt', `the view of ${view} could not be opened: ${advice}`);
  }
  const advice = 'check the disk that it lies on';
  return new TaarError(`view-${deed}-failed`, 'retry', `a ${deed} in the view of ${view} failed: ${advice}`);
}

/** A failed write says why only in its cause. */
function textOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

export function viewClosed(view: string): TaarError {
  return new TaarError('view-closed', 'halt', `the view of ${view}, or its snapshot, is closed already`);
}

/** What to do about a view that cannot be used any more. Losing one loses nothing. */
export function rebuildAdvice(view: string): string {
  return `stop the process and delete the folder of this view; the next start rebuilds it from ${view}`;
}
