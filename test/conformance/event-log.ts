import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EventLog,
  type Headers,
  hasCaughtUp,
  type LogRecord,
  type Offset,
  type OutgoingRecord,
  type RecordBatch,
} from '../../src/log/event-log.ts';
import { partitionOf } from '../../src/log/partition.ts';
import { type TopicName, topicSettings } from '../../src/log/topics.ts';
import { Recorder } from './recording-handler.ts';

/** A log to test; it may hold records of other tests. `reopen` closes it and opens the same one again. */
export interface OpenedLog {
  readonly log: EventLog;
  reopen(): Promise<EventLog>;
}

const INPUT: TopicName = 'addons.client.event.v1';
const OUTPUT: TopicName = 'addons.profile.changed.v1';
const SINGLE: TopicName = 'intake.ping.rejected.v1';
/** An abort ends what waits at once; this leaves room for a busy machine. */
const PROMPT_MS = 2_000;

/** What every event log must do, whatever it stands on. `open` is called once a test and cleans up after itself. */
export function describeEventLog(name: string, open: () => Promise<OpenedLog>): void {
  describe(name, () => {
    let opened: OpenedLog;
    let log: EventLog;
    /** Begins every key of this test: the topics may hold records of others. */
    let mark: string;
    let stop: AbortController;

    beforeEach(async () => {
      opened = await open();
      log = opened.log;
      mark = randomUUID();
      stop = new AbortController();
    });
    afterEach(async () => {
      stop.abort();
      await log.close();
    });

    const record = (key: string, value: string | null, headers?: Headers): OutgoingRecord => ({
      topic: INPUT,
      key: `${mark}${key}`,
      value: value === null ? null : Buffer.from(value),
      ...(headers === undefined ? {} : { headers }),
    });
    const numbered = (count: number): OutgoingRecord[] =>
      Array.from({ length: count }, (_, i) => record(`/${i}`, `${i}`));
    const startOfTest = async (topic: TopicName): Promise<ReadonlyMap<number, Offset>> =>
      new Map((await log.bounds(topic)).map(({ end }, partition) => [partition, end]));

    describe('appending', () => {
      it('tells where each record went: the partition of its key, and the next offset there', async () => {
        const before = await log.bounds(INPUT);
        const records = numbered(100);
        const positions = await log.append(records);
        const next = before.map(({ end }) => end);
        records.forEach(({ key }, i) => {
          const partition = partitionOf(Buffer.from(key), topicSettings(INPUT).partitions);
          expect(positions[i]).toEqual({ topic: INPUT, partition, offset: next[partition] });
          next[partition] = (next[partition] ?? 0) + 1;
        });
        expect((await log.bounds(INPUT)).map(({ end }) => end)).toEqual(next);
      });

      it('accepts nothing at all', async () => {
        expect(await log.append([])).toEqual([]);
      });

      it('keeps the order of a key in a call, over calls and over callers that wait', async () => {
        const from = await startOfTest(INPUT);
        const calls = Array.from({ length: 40 }, (_, i) =>
          log.append([record('/one', `${2 * i}`), record('/one', `${2 * i + 1}`)]),
        );
        await Promise.all(calls);
        await log.append([record('/one', '80')]);
        const values = (await recordsSince(log, INPUT, from)).map(textOf);
        expect(values).toEqual(Array.from({ length: 81 }, (_, i) => `${i}`));
      });

      it('gives back keys, values, tombstones and headers as they were', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(anyContent(), { minLength: 1, maxLength: 20 }), async (contents) => {
            const from = await startOfTest(SINGLE);
            const sent = contents.map(({ key, ...rest }) => ({
              topic: SINGLE,
              key: `${mark}${key}`,
              ...rest,
            }));
            await log.append(sent);
            const found = await recordsSince(log, SINGLE, from);
            expect(found.map(contentOf)).toEqual(sent.map(contentOf));
          }),
          { numRuns: 20 },
        );
      });

      it('tells an empty value from a tombstone', async () => {
        const from = await startOfTest(INPUT);
        await log.append([record('/same', ''), record('/same', null)]);
        const [empty, tombstone] = await recordsSince(log, INPUT, from);
        expect(empty?.value).toHaveLength(0);
        expect(tombstone?.value).toBeNull();
      });

      it('gives times that never go back within a partition', async () => {
        const from = await startOfTest(SINGLE);
        for (let i = 0; i < 5; i++) await log.append([{ ...record(`/${i}`, 'x'), topic: SINGLE }]);
        const times = (await recordsSince(log, SINGLE, from)).map(({ timestamp }) => timestamp);
        expect(times).toHaveLength(5);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
      });
    });

    describe('reading a range', () => {
      it('gives the records in it, and no others', async () => {
        const positions = await log.append(Array.from({ length: 5 }, (_, i) => record('/one', `${i}`)));
        const { partition, offset } = positions[1] ?? expect.fail();
        const read = await collect(log.read({ topic: INPUT, partition, from: offset, to: offset + 3 }));
        expect(read.map(textOf)).toEqual(['1', '2', '3']);
        expect(read.map((each) => each.offset)).toEqual([offset, offset + 1, offset + 2]);
        expect(read[0]).toMatchObject({ topic: INPUT, partition, headers: {} });
      });

      it('goes on over many batches and stops at the end of the partition', async () => {
        const count = 1_700;
        const positions = await log.append(Array.from({ length: count }, (_, i) => record('/one', `${i}`)));
        const { partition, offset } = positions[0] ?? expect.fail();
        const read = await collect(
          log.read({ topic: INPUT, partition, from: offset, to: offset + 2 * count }),
        );
        expect(read.map(textOf)).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
      });

      it('gives nothing for an empty range', async () => {
        const [position] = await log.append([record('/one', 'x')]);
        const { partition, offset } = position ?? expect.fail();
        expect(await collect(log.read({ topic: INPUT, partition, from: offset, to: offset }))).toEqual([]);
      });
    });

    describe('following', () => {
      it('catches up in every partition, even in those where nothing is', async () => {
        const positions = await log.append([record('/one', 'x')]);
        const caughtUp = new Set<number>();
        let found = 0;
        for await (const batch of log.follow(INPUT, 'earliest', stop.signal)) {
          found += ownRecords(batch).length;
          if (hasCaughtUp(batch)) caughtUp.add(batch.partition);
          if (caughtUp.size === topicSettings(INPUT).partitions) break;
        }
        expect(positions).toHaveLength(1);
        expect(found).toBe(1);
      });

      it('begins with what is new when it starts at the latest', async () => {
        await log.append(numbered(20));
        const batches = log.follow(INPUT, 'latest', stop.signal)[Symbol.asyncIterator]();
        for (let i = 0; i < topicSettings(INPUT).partitions; i++) {
          const { value } = await batches.next();
          expect(ownRecords(value)).toEqual([]);
        }
        await log.append([record('/new', 'new')]);
        const { value } = await batches.next();
        expect(ownRecords(value).map(textOf)).toEqual(['new']);
      });

      it('begins at the given offsets', async () => {
        const positions = await log.append(Array.from({ length: 4 }, (_, i) => record('/one', `${i}`)));
        const from = new Map(await startOfTest(INPUT));
        const { partition, offset } = positions[2] ?? expect.fail();
        from.set(partition, offset);
        const found = await followUntilCaughtUp(log, INPUT, from);
        expect(found.map(textOf)).toEqual(['2', '3']);
      });

      it('brings what is appended while it waits, in order', async () => {
        const from = await startOfTest(INPUT);
        const wanted = Array.from({ length: 30 }, (_, i) => `${i}`);
        const found: string[] = [];
        const following = (async () => {
          for await (const batch of log.follow(INPUT, from, stop.signal)) {
            found.push(...ownRecords(batch).map(textOf));
            if (found.length >= wanted.length) break;
          }
        })();
        for (const value of wanted) await log.append([record('/one', value)]);
        await following;
        expect(found).toEqual(wanted);
      });

      it('ends at once when it is aborted while it waits', async () => {
        let batches = 0;
        let abortedAt = Number.NaN;
        for await (const _ of log.follow(INPUT, 'latest', stop.signal)) {
          batches += 1;
          if (batches < topicSettings(INPUT).partitions) continue;
          setTimeout(() => {
            abortedAt = performance.now();
            stop.abort();
          }, 50);
        }
        expect(performance.now() - abortedAt).toBeLessThan(PROMPT_MS);
      });

      it('does not begin when it is aborted already', async () => {
        stop.abort();
        expect(await collect(log.follow(INPUT, 'earliest', stop.signal))).toEqual([]);
      });
    });

    describe('processing', () => {
      it('assigns before the first batch, one batch of a partition at a time, and revokes in the end', async () => {
        const handler = new Recorder({ mark, stopAfter: 200, stop });
        await log.append(numbered(200));
        await log.process(mark, INPUT, handler, stop.signal);
        expect(handler.seen).toHaveLength(200);
        for (let partition = 0; partition < topicSettings(INPUT).partitions; partition++) {
          const steps = handler.steps.filter((step) => step.partition === partition).map(({ what }) => what);
          expect(steps.join(' ')).toMatch(/^assigned( batch committed)* revoked$/);
        }
      });

      it('appends the output where the handler is told, for all to see', async () => {
        const from = await startOfTest(OUTPUT);
        const handler = new Recorder({ mark, stopAfter: 50, stop, outputTo: OUTPUT });
        await log.append(numbered(50));
        await log.process(mark, INPUT, handler, stop.signal);
        const outputs = await recordsSince(log, OUTPUT, from);
        expect(outputs.map(textOf).sort()).toEqual(handler.seen.map(({ value }) => `out ${value}`).sort());
        for (const { partition, offset, key } of outputs) {
          expect(handler.positions.get(key)).toEqual({ topic: OUTPUT, partition, offset });
        }
      });

      it('remembers how far the group has come', async () => {
        const handler = new Recorder({ mark, stopAfter: 30, stop });
        expect(new Set(await log.committedOffsets(mark, INPUT))).toEqual(new Set([0]));
        await log.append(numbered(30));
        await log.process(mark, INPUT, handler, stop.signal);
        const ends = (await log.bounds(INPUT)).map(({ end }) => end);
        expect(await log.committedOffsets(mark, INPUT)).toEqual(ends);
        expect(new Set(await log.committedOffsets(`${mark} other`, INPUT))).toEqual(new Set([0]));
      });

      it('gives what comes while it runs', async () => {
        const handler = new Recorder({ mark, stopAfter: 20, stop });
        const processing = log.process(mark, INPUT, handler, stop.signal);
        for (const each of numbered(20)) await log.append([each]);
        await processing;
        expect(handler.seen.map(({ value }) => value).sort()).toEqual(numbered(20).map(textOf).sort());
      });

      it('rejects with the error of the handler and keeps nothing of that batch', async () => {
        const from = await startOfTest(OUTPUT);
        const failure = new Error('the handler is broken');
        await log.append([record('/one', 'x')]);
        const handler = new Recorder({ mark, stopAfter: 1, stop, outputTo: OUTPUT, failWith: failure });
        await expect(log.process(mark, INPUT, handler, stop.signal)).rejects.toBe(failure);
        expect(handler.steps.map(({ what }) => what)).not.toContain('committed');
        expect(await recordsSince(log, OUTPUT, from)).toEqual([]);
      });

      it('gives every record exactly once, whatever fails in between and however often it starts anew', async () => {
        const from = await startOfTest(OUTPUT);
        const records = numbered(300);
        await log.append(records);
        let committed = 0;
        for (let round = 0; committed < records.length; round++) {
          const turn = new AbortController();
          const handler = new Recorder({
            mark,
            stopAfter: 40,
            stop: turn,
            outputTo: OUTPUT,
            ...(round % 2 === 1 ? { failWith: new Error('again'), failAfter: 20 } : {}),
          });
          await log.process(mark, INPUT, handler, turn.signal).catch((error: unknown) => {
            expect(error).toMatchObject({ message: 'again' });
          });
          committed += handler.committedRecords;
          if (round % 3 === 2) log = await opened.reopen();
          if (committed < records.length && round > 40) expect.fail('it does not come to an end');
        }
        const outputs = (await recordsSince(log, OUTPUT, from)).map(textOf);
        expect(outputs.sort()).toEqual(records.map((each) => `out ${textOf(each)}`).sort());
      });

      it('ends at once when it is aborted while it waits', async () => {
        const handler = new Recorder({ mark, stopAfter: Number.POSITIVE_INFINITY, stop });
        const processing = log.process(mark, INPUT, handler, stop.signal);
        await new Promise((resolve) => setTimeout(resolve, 100));
        const abortedAt = performance.now();
        stop.abort();
        await processing;
        expect(performance.now() - abortedAt).toBeLessThan(PROMPT_MS);
      });
    });

    describe('an exclusive writer', () => {
      it('is fenced off by the next holder of its name, and writes nothing more', async () => {
        const from = await startOfTest(INPUT);
        const first = await log.exclusiveWriter(mark);
        await first.append([record('/one', 'first')]);
        const second = await log.exclusiveWriter(mark);
        await expect(first.append([record('/one', 'late')])).rejects.toMatchObject({
          code: 'writer-fenced',
          disposition: 'halt',
        });
        const [position] = await second.append([record('/one', 'second')]);
        expect(position).toMatchObject({ topic: INPUT });
        expect((await recordsSince(log, INPUT, from)).map(textOf)).toEqual(['first', 'second']);
      });

      it('does not disturb the holder of another name', async () => {
        const writer = await log.exclusiveWriter(mark);
        await log.exclusiveWriter(`${mark} other`);
        await expect(writer.append([record('/one', 'x')])).resolves.toHaveLength(1);
      });
    });

    describe('what is kept', () => {
      it('has the same id, properties, records and offsets after it was opened again', async () => {
        const { id } = log;
        const from = await startOfTest(INPUT);
        expect(await log.property(mark, 'first')).toBe('first');
        const positions = await log.append(numbered(10));
        log = await opened.reopen();
        expect(log.id).toBe(id);
        expect(await log.property(mark, 'second')).toBe('first');
        expect(await recordsSince(log, INPUT, from)).toHaveLength(10);
        const [next] = await log.append([record('/0', 'x')]);
        const offsets = positions.filter(({ partition }) => partition === next?.partition);
        expect(next?.offset).toBe(Math.max(...offsets.map(({ offset }) => offset)) + 1);
      });

      it('can be closed twice', async () => {
        await log.close();
        await log.close();
        await expect(log.append([record('/one', 'x')])).rejects.toMatchObject({ disposition: 'retry' });
      });
    });

    function ownRecords({ records }: RecordBatch): LogRecord[] {
      return records.filter(({ key }) => key.startsWith(mark));
    }

    async function followUntilCaughtUp(
      from: EventLog,
      topic: TopicName,
      offsets: ReadonlyMap<number, Offset>,
    ): Promise<LogRecord[]> {
      const found: LogRecord[] = [];
      const waiting = new Set(offsets.keys());
      for await (const batch of from.follow(topic, offsets, stop.signal)) {
        found.push(...ownRecords(batch));
        if (hasCaughtUp(batch)) waiting.delete(batch.partition);
        if (waiting.size === 0) break;
      }
      return found;
    }
  });
}

interface Content {
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers?: Headers;
}

function anyContent(): fc.Arbitrary<Content> {
  return fc.record(
    {
      key: fc.string({ unit: 'grapheme', maxLength: 40 }),
      value: fc.option(fc.uint8Array({ maxLength: 200 })),
      headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,10}$/), fc.string({ unit: 'grapheme' }), {
        maxKeys: 3,
      }),
    },
    { requiredKeys: ['key', 'value'] },
  );
}

function contentOf({ key, value, headers }: Content): unknown {
  return { key, value: value === null ? null : [...value], headers: { ...headers } };
}

function textOf({ value }: { readonly value: Uint8Array | null }): string {
  return value === null ? 'null' : Buffer.from(value).toString();
}

async function recordsSince(
  log: EventLog,
  topic: TopicName,
  from: ReadonlyMap<number, Offset>,
): Promise<LogRecord[]> {
  const bounds = await log.bounds(topic);
  const partitions = bounds.map(({ end }, partition) =>
    collect(log.read({ topic, partition, from: from.get(partition) ?? 0, to: end })),
  );
  return (await Promise.all(partitions)).flat();
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
