import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, TaarError } from '../../domain/errors.ts';
import type { Evaluation } from '../../trainers/evaluation/protocol.ts';

/** Opens the file before the work, which takes minutes. @throws TaarError `lists-unwritable` */
export async function openListFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    throw new TaarError('lists-unwritable', 'halt', `${path} cannot be written: ${messageOf(error)}`);
  }
}

/** A line for each user of the test: the user and at most 20 items, the best first, with tabs between them. */
export function listLines({ task, lists }: Evaluation): string {
  const lines = lists.map((list, place) => {
    const user = task.userIds[task.asked[place] ?? 0] ?? '';
    return [user, ...Array.from(list, (item) => task.itemIds[item] ?? '')].join('\t');
  });
  return `${lines.join('\n')}\n`;
}
