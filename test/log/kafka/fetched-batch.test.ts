import type { FetchedPartition, RawMessage } from 'kafkajs/src/cluster/index.js';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../../src/log/kafka/fetched-batch.ts';

const TOPIC = 'addons.profile.changed.v1';

interface Frame {
  readonly first: number;
  readonly last: number;
}

function message(offset: number, { first, last }: Frame, fields: Partial<RawMessage> = {}): RawMessage {
  return {
    offset: `${offset}`,
    timestamp: '1700000000000',
    key: Buffer.from(`key ${offset}`),
    value: Buffer.from(`value ${offset}`),
    headers: {},
    isControlRecord: false,
    batchContext: {
      firstOffset: `${first}`,
      lastOffsetDelta: last - first,
      producerId: '-1',
      inTransaction: false,
    },
    ...fields,
  };
}

function fetched(messages: readonly RawMessage[], lastStableOffset: number): FetchedPartition {
  return { partition: 3, lastStableOffset: `${lastStableOffset}`, abortedTransactions: null, messages };
}

describe('a fetched batch', () => {
  it('holds the records as the log has them, and tells where reading goes on and where the partition ends', () => {
    const frame = { first: 7, last: 8 };
    const messages = [
      message(7, frame, { headers: { code: Buffer.from('a code'), many: ['one', 'two'], none: undefined } }),
      message(8, frame, { key: null, value: null }),
    ];
    expect(batchOf(TOPIC, 7, fetched(messages, 20))).toEqual({
      topic: TOPIC,
      partition: 3,
      next: 9,
      end: 20,
      records: [
        {
          topic: TOPIC,
          partition: 3,
          offset: 7,
          timestamp: 1_700_000_000_000,
          key: 'key 7',
          value: Buffer.from('value 7'),
          headers: { code: 'a code', many: 'one', none: '' },
        },
        {
          topic: TOPIC,
          partition: 3,
          offset: 8,
          timestamp: 1_700_000_000_000,
          key: '',
          value: null,
          headers: {},
        },
      ],
    });
  });

  it('leaves out what stands in the first frame before the offset that was asked for', () => {
    const frame = { first: 0, last: 4 };
    const messages = [0, 1, 2, 3, 4].map((offset) => message(offset, frame));
    const batch = batchOf(TOPIC, 3, fetched(messages, 5));
    expect(batch?.records.map(({ offset }) => offset)).toEqual([3, 4]);
    expect(batch?.next).toBe(5);
  });

  it('goes on behind offsets whose records compaction has taken from the end of a frame', () => {
    const batch = batchOf(TOPIC, 0, fetched([message(2, { first: 0, last: 9 })], 30));
    expect(batch).toMatchObject({ next: 10, end: 30 });
  });

  it('moves on where nothing but the end of a transaction came', () => {
    const commit = { key: Buffer.from([0, 0, 0, 1]), isControlRecord: true };
    const batch = batchOf(TOPIC, 5, fetched([message(5, { first: 5, last: 5 }, commit)], 6));
    expect(batch).toEqual({ topic: TOPIC, partition: 3, records: [], next: 6, end: 6 });
  });

  it('is empty at the end of the partition', () => {
    expect(batchOf(TOPIC, 6, fetched([], 6))).toEqual({
      topic: TOPIC,
      partition: 3,
      records: [],
      next: 6,
      end: 6,
    });
  });

  it('is none where the partition goes on but no message came: the fetch was too small, or its frames are empty', () => {
    expect(batchOf(TOPIC, 5, fetched([], 6))).toBeUndefined();
  });
});
