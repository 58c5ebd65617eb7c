import type { AbortedTransaction, RawMessage } from 'kafkajs/src/cluster/index.js';

/** What a control record says in the second half of its key. */
const ABORT = 0;

/**
 * The messages that count: no control records, and none of a transaction that was aborted. A broker names the aborted
 * transactions that touch what it sends. The client's own filter takes in one of them a message, and lets records
 * pass where several of them overlap: as they do when a process dies with a transaction open for each partition.
 */
export function committedMessages(
  messages: readonly RawMessage[],
  aborted: readonly AbortedTransaction[] | null,
): readonly RawMessage[] {
  if (aborted === null || aborted.length === 0) return messages.filter(isData);
  const coming = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<string>();
  let nth = 0;
  return messages.filter((message) => {
    const offset = Number(message.offset);
    for (let next = coming[nth]; next !== undefined && next.firstOffset <= offset; next = coming[++nth]) {
      open.add(next.producerId);
    }
    const { producerId, inTransaction } = message.batchContext;
    if (isData(message)) return !(inTransaction && open.has(producerId));
    if (message.key?.readInt16BE(2) === ABORT) open.delete(producerId);
    return false;
  });
}

function isData({ isControlRecord }: RawMessage): boolean {
  return !isControlRecord;
}
