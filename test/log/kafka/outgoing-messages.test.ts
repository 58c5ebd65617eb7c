import { describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../../../src/log/event-log.ts';
import { Names } from '../../../src/log/kafka/names.ts';
import {
  partitionFor,
  portionsOf,
  positionsOf,
  sendWhole,
  sharesOf,
} from '../../../src/log/kafka/outgoing-messages.ts';
import { partitionOf } from '../../../src/log/partition.ts';

const NAMES = new Names('here.');
const EVENTS = 'addons.client.event.v1';
const LISTINGS = 'addons.catalogue.changed.v1';
const MAX_REQUEST_BYTES = 1_000_000;

function record(key: string, bytes = 10): OutgoingRecord {
  return { topic: EVENTS, key, value: Buffer.alloc(bytes) };
}

describe('the portions of an append', () => {
  it('hold all records in order, each under a million bytes', () => {
    const records = Array.from({ length: 40 }, (_, n) => record(`key ${n}`, 100_000));
    const portions = portionsOf(records, NAMES);
    expect(portions.flatMap((portion) => portion.records)).toEqual(records);
    for (const { topicMessages } of portions) {
      const bytes = topicMessages.flatMap(({ messages }) => messages.map(({ value }) => value?.length ?? 0));
      expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(MAX_REQUEST_BYTES);
    }
    expect(portions).toHaveLength(5);
  });

  it('hold one record alone where it is larger than a portion may be, and none where there is none', () => {
    const records = [record('small'), record('large', 2 * MAX_REQUEST_BYTES), record('small')];
    expect(portionsOf(records, NAMES).map((portion) => portion.records.length)).toEqual([1, 1, 1]);
    expect(portionsOf([], NAMES)).toEqual([]);
  });

  it('name the topics as the cluster does and put each record where readers look for its key', () => {
    const [portion] = portionsOf([record('a'), { topic: LISTINGS, key: 'b', value: null }], NAMES);
    expect(portion?.topicMessages.map(({ topic }) => topic)).toEqual([`here.${EVENTS}`, `here.${LISTINGS}`]);
    const [events, listings] = portion?.topicMessages ?? [];
    expect(events?.messages[0]).toMatchObject({
      key: Buffer.from('a'),
      partition: partitionOf(Buffer.from('a'), 8),
    });
    expect(listings?.messages[0]).toMatchObject({ key: Buffer.from('b'), value: null, partition: 0 });
  });

  it('send headers only where a record has some', () => {
    const [portion] = portionsOf([record('a'), { ...record('b'), headers: { code: 'x' } }], NAMES);
    const [plain, headed] = portion?.topicMessages[0]?.messages ?? [];
    expect(plain).not.toHaveProperty('headers');
    expect(headed?.headers).toEqual({ code: 'x' });
  });
});

describe('the positions of an append', () => {
  it('count on from the base offset of each partition', () => {
    const records = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => record(key));
    const [portion] = portionsOf(records, NAMES);
    if (portion === undefined) throw new Error('no portion');
    const partitions = [...new Set(portion.partitions)];
    const sent = partitions.map((partition) => ({
      topicName: `here.${EVENTS}`,
      partition,
      errorCode: 0,
      baseOffset: `${100 * partition}`,
    }));
    const seen = new Map<number, number>();
    const expected = records.map((each) => {
      const partition = partitionFor(each);
      const before = seen.get(partition) ?? 0;
      seen.set(partition, before + 1);
      return { topic: EVENTS, partition, offset: 100 * partition + before };
    });
    expect(positionsOf(portion, sent, NAMES)).toEqual(expected);
  });

  it('are missing where the brokers gave none', () => {
    const [portion] = portionsOf([record('a')], NAMES);
    if (portion === undefined) throw new Error('no portion');
    expect(() => positionsOf(portion, [], NAMES)).toThrow(
      expect.objectContaining({ code: 'log-unavailable', disposition: 'retry' }),
    );
  });
});

describe('the shares of partitions', () => {
  it('hold each record once, in order, with its place among all', () => {
    const records = Array.from({ length: 30 }, (_, n) => record(`key ${n}`));
    const shares = sharesOf(records);
    for (const share of shares) {
      expect(new Set(share.records.map(partitionFor)).size).toBe(1);
      expect(share.indexes).toEqual([...share.indexes].sort((a, b) => a - b));
      expect(share.records).toEqual(share.indexes.map((index) => records[index]));
    }
    expect(shares.flatMap(({ indexes }) => indexes).sort((a, b) => a - b)).toEqual([...records.keys()]);
  });
});

describe('sending a portion', () => {
  it('sends again what the client left out, and nothing else', async () => {
    const records = Array.from({ length: 20 }, (_, n) => record(`key ${n}`));
    const [portion] = portionsOf(records, NAMES);
    if (portion === undefined) throw new Error('no portion');
    const sends: number[][] = [];
    const positions = await sendWhole(portion, NAMES, async (topicMessages) => {
      const asked = [
        ...new Set(topicMessages.flatMap(({ messages }) => messages.map(({ partition }) => partition ?? -1))),
      ];
      sends.push(asked);
      const answered = sends.length === 1 ? asked.slice(0, 2) : asked;
      return answered.map((partition) => ({
        topicName: `here.${EVENTS}`,
        partition,
        errorCode: 0,
        baseOffset: '7',
      }));
    });
    expect(sends).toEqual([sends[0], sends[0]?.slice(2)]);
    expect(positions).toHaveLength(records.length);
  });

  it('gives up where the client leaves something out again and again', async () => {
    const [portion] = portionsOf([record('a')], NAMES);
    if (portion === undefined) throw new Error('no portion');
    await expect(sendWhole(portion, NAMES, async () => [])).rejects.toMatchObject({ disposition: 'retry' });
  });
});
