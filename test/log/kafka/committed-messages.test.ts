import type { AbortedTransaction, RawMessage } from 'kafkajs/src/cluster/index.js';
import { describe, expect, it } from 'vitest';
import { committedMessages } from '../../../src/log/kafka/committed-messages.ts';

const ABORT = 0;
const COMMIT = 1;

function message(offset: number, producerId: string, inTransaction = true): RawMessage {
  return {
    offset: `${offset}`,
    timestamp: '0',
    key: Buffer.from('a key'),
    value: null,
    headers: {},
    isControlRecord: false,
    batchContext: { firstOffset: `${offset}`, lastOffsetDelta: 0, producerId, inTransaction },
  };
}

/** The end of a transaction: two bytes of version, two that say which end. */
function end(offset: number, producerId: string, how: number): RawMessage {
  return { ...message(offset, producerId), key: Buffer.from([0, 0, 0, how]), isControlRecord: true };
}

function offsetsOf(messages: readonly RawMessage[], aborted: readonly AbortedTransaction[] | null): number[] {
  return committedMessages(messages, aborted).map(({ offset }) => Number(offset));
}

describe('the messages that count', () => {
  it('are all but the ends of transactions where none was aborted', () => {
    const messages = [message(0, '1'), end(1, '1', COMMIT), message(2, '-1', false)];
    expect(offsetsOf(messages, null)).toEqual([0, 2]);
    expect(offsetsOf(messages, [])).toEqual([0, 2]);
  });

  it('are not those of an aborted transaction, but what its writer commits after it', () => {
    const messages = [
      message(0, '1'),
      message(1, '1'),
      end(2, '1', ABORT),
      message(3, '1'),
      end(4, '1', COMMIT),
    ];
    expect(offsetsOf(messages, [{ producerId: '1', firstOffset: '0' }])).toEqual([3]);
  });

  it('are those of a writer before the transaction that it aborted', () => {
    const messages = [message(0, '1'), end(1, '1', COMMIT), message(2, '1'), end(3, '1', ABORT)];
    expect(offsetsOf(messages, [{ producerId: '1', firstOffset: '2' }])).toEqual([0]);
  });

  it('are none of several aborted transactions that overlap, in whatever order they are named', () => {
    const messages = [
      message(0, '1'),
      message(1, '2'),
      message(2, '3'),
      end(3, '2', ABORT),
      message(4, '1'),
      end(5, '1', ABORT),
      message(6, '2'),
      end(7, '3', ABORT),
      end(8, '2', COMMIT),
    ];
    const aborted = [
      { producerId: '3', firstOffset: '2' },
      { producerId: '1', firstOffset: '0' },
      { producerId: '2', firstOffset: '1' },
    ];
    expect(offsetsOf(messages, aborted)).toEqual([6]);
  });

  it('are not the rest of an aborted transaction that began before what was fetched', () => {
    const messages = [message(10, '1'), message(11, '2'), end(12, '1', ABORT), message(13, '1')];
    expect(offsetsOf(messages, [{ producerId: '1', firstOffset: '3' }])).toEqual([11, 13]);
  });

  it('are those of the same writer outside transactions', () => {
    const messages = [message(0, '1'), message(1, '1', false), end(2, '1', ABORT)];
    expect(offsetsOf(messages, [{ producerId: '1', firstOffset: '0' }])).toEqual([1]);
  });

  it('count two aborted transactions of one writer each for itself', () => {
    const messages = [
      message(0, '1'),
      end(1, '1', ABORT),
      message(2, '1'),
      end(3, '1', COMMIT),
      message(4, '1'),
    ];
    const aborted = [
      { producerId: '1', firstOffset: '0' },
      { producerId: '1', firstOffset: '4' },
    ];
    expect(offsetsOf([...messages, end(5, '1', ABORT)], aborted)).toEqual([2]);
  });
});
