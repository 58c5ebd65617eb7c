import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets the other threads of this process go first where all cores are busy, so that putting a model together does
 * not delay answers. On Linux a priority belongs to a thread; elsewhere, nothing changes.
 */
export function runInBackground(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
  } catch {
    // Not Linux, or not allowed: the thread competes like any other.
  }
}
