import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
/** How long what must come in the end is waited for. */
const PATIENCE = { timeout: 10_000 };

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
      it('tells where each record went: to the partition of its key, behind those before it', async () => {
        const from = await startOfTest(INPUT);
        const records = numbered(100);
        const positions = await log.append(records);
        const next = new Map(from);
        records.forEach(({ key }, i) => {
          const { topic, partition, offset } = positions[i] ?? expect.fail();
          expect(topic).toBe(INPUT);
          expect(partition).toBe(partitionOf(Buffer.from(key), topicSettings(INPUT).partitions));
          expect(offset).toBeGreaterThanOrEqual(next.get(partition) ?? 0);
          next.set(partition, offset + 1);
        });
        const bounds = await log.bounds(INPUT);
        for (const [partition, offset] of next) {
          expect(bounds[partition]?.end).toBeGreaterThanOrEqual(offset);
        }
        const found = await recordsSince(log, INPUT, from);
        const places = new Map(found.map(({ key, partition, offset }) => [key, { partition, offset }]));
        expect(found).toHaveLength(100);
        records.forEach(({ key }, i) => {
          expect(positions[i]).toEqual({ topic: INPUT, ...places.get(key) });
        });
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
        const { partition, offset: from } = positions[1] ?? expect.fail();
        const { offset: to } = positions[4] ?? expect.fail();
        const read = await collect(log.read({ topic: INPUT, partition, from, to }));
        expect(read.map(textOf)).toEqual(['1', '2', '3']);
        expect(read.map((each) => each.offset)).toEqual(positions.slice(1, 4).map(({ offset }) => offset));
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

      it('gives memory that the reader may hand to another thread', async () => {
        const values = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(1_000 * i)}`);
        const positions = await log.append(values.map((value) => record('/one', value)));
        const { partition, offset } = positions[0] ?? expect.fail();
        const found: string[] = [];
        for await (const each of log.read({ topic: INPUT, partition, from: offset, to: offset + 100 })) {
          found.push(textOf(each));
          // Records of one call may share memory: what is left of it shows in the next ones.
          if (each.value?.byteLength === each.value?.buffer.byteLength) {
            structuredClone(each.value, { transfer: [each.value?.buffer as ArrayBuffer] });
          }
        }
        expect(found).toEqual(values);
        expect(await log.append([record('/one', 'x')])).toHaveLength(1);
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
        const caughtUp = new Set<number>();
        const found: LogRecord[] = [];
        let appended = false;
        for await (const batch of log.follow(INPUT, 'latest', stop.signal)) {
          found.push(...ownRecords(batch));
          if (found.length > 0) break;
          if (hasCaughtUp(batch)) caughtUp.add(batch.partition);
          if (appended || caughtUp.size < topicSettings(INPUT).partitions) continue;
          appended = true;
          await log.append([record('/new', 'new')]);
        }
        expect(appended).toBe(true);
        expect(found.map(textOf)).toEqual(['new']);
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
        const caughtUp = new Set<number>();
        let abortedAt = Number.NaN;
        let waits = false;
        for await (const batch of log.follow(INPUT, 'latest', stop.signal)) {
          if (hasCaughtUp(batch)) caughtUp.add(batch.partition);
          if (waits || caughtUp.size < topicSettings(INPUT).partitions) continue;
          waits = true;
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
          expect(handler.stepsOf(partition)).toMatch(/^assigned( batch committed)* revoked$/);
        }
      });

      it('appends the output where the handler is told, for all to see', async () => {
        const from = await startOfTest(OUTPUT);
        const handler = new Recorder({ mark, stopAfter: 50, stop, outputTo: OUTPUT });
        await log.append(numbered(50));
        await log.process(mark, INPUT, handler, stop.signal);
        const outputs = await outputsSince(from, 50);
        expect(outputs.map(textOf).sort()).toEqual(handler.seen.map(({ value }) => `out ${value}`).sort());
        for (const { partition, offset, key } of outputs) {
          expect(handler.positions.get(key)).toEqual({ topic: OUTPUT, partition, offset });
        }
      });

      it('remembers how far the group has come', async () => {
        const handler = new Recorder({ mark, stopAfter: 30, stop });
        expect(new Set(await log.committedOffsets(mark, INPUT))).toEqual(new Set([0]));
        const positions = await log.append(numbered(30));
        await log.process(mark, INPUT, handler, stop.signal);
        const ends = (await log.bounds(INPUT)).map(({ end }) => end);
        await vi.waitFor(async () => {
          const next = await log.committedOffsets(mark, INPUT);
          for (const { partition, offset } of positions) expect(next[partition]).toBeGreaterThan(offset);
          next.forEach((offset, partition) => {
            expect(offset).toBeLessThanOrEqual(ends[partition] ?? Number.NaN);
          });
        });
        expect(new Set(await log.committedOffsets(`${mark} other`, INPUT))).toEqual(new Set([0]));
      });

      it('gives what comes while it runs', async () => {
        const handler = new Recorder({ mark, stopAfter: 20, stop });
        const processing = log.process(mark, INPUT, handler, stop.signal);
        for (const each of numbered(20)) await log.append([each]);
        await processing;
        expect(handler.seen.map(({ value }) => value).sort()).toEqual(numbered(20).map(textOf).sort());
      });

      it('gives every record exactly once, whatever fails in between and however often it starts anew', async () => {
        const from = await startOfTest(OUTPUT);
        const records = numbered(300);
        let appended = 0;
        let committed = 0;
        let failed = 0;
        for (let round = 0; committed < records.length; round++) {
          const fresh = records.slice(appended, appended + 60);
          await log.append(fresh);
          appended += fresh.length;
          const turn = new AbortController();
          let failures = 3;
          const handler = new Recorder({
            mark,
            stopAfter: Math.min(40, appended - committed),
            stop: turn,
            outputTo: OUTPUT,
            at: ({ what }, own) => {
              const fails = own > 0 && what === (failures % 2 === 0 ? 'batch' : 'committed');
              if (fails && failures-- > 0) throw new Error('again');
            },
            takeUpAgain: () => true,
          });
          await log.process(mark, INPUT, handler, turn.signal);
          committed += handler.committedRecords;
          failed += handler.failures.length;
          if (round % 3 === 2) log = await opened.reopen();
          if (round > 40) expect.fail('it does not come to an end');
        }
        expect(failed).toBeGreaterThan(0);
        const outputs = (await outputsSince(from, records.length)).map(textOf);
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

    describe('a partition that fails', () => {
      const partitionOfKey = (key: string): number =>
        partitionOf(Buffer.from(`${mark}${key}`), topicSettings(INPUT).partitions);
      const one = (count: number): OutgoingRecord[] =>
        Array.from({ length: count }, (_, i) => record('/one', `${i}`));

      it('has kept nothing of the failed batch, and gets it again when the handler says so', async () => {
        const from = await startOfTest(OUTPUT);
        const failure = new Error('the handler is broken');
        let failures = 2;
        const kept: number[] = [];
        const handler = new Recorder({
          mark,
          stopAfter: 10,
          stop,
          outputTo: OUTPUT,
          at: ({ what }, own) => {
            if (what === 'batch' && own > 0 && failures-- > 0) throw failure;
          },
          takeUpAgain: async () => {
            kept.push((await recordsSince(log, OUTPUT, from)).length);
            return true;
          },
        });
        await log.append(one(10));
        await log.process(mark, INPUT, handler, stop.signal);
        const partition = partitionOfKey('/one');
        expect(handler.failures).toEqual([
          { partition, error: failure },
          { partition, error: failure },
        ]);
        expect(kept).toEqual([0, 0]);
        expect(handler.stepsOf(partition)).toMatch(
          /^assigned( batch committed)*( batch lost failed assigned){2}( batch committed)+ revoked$/,
        );
        expect(handler.seen.map(({ value }) => value)).toEqual(one(10).map(textOf));
        expect((await outputsSince(from, 10)).map(textOf)).toEqual(
          one(10).map((each) => `out ${textOf(each)}`),
        );
      });

      it('stands still when the handler says no, while the others go on, and has lost nothing', async () => {
        const records = numbered(100);
        const broken = partitionOfKey('/0');
        const positions = await log.append(records);
        const first = positions.find(({ partition }) => partition === broken) ?? expect.fail();
        const others = positions.filter(({ partition }) => partition !== broken).length;
        expect(others).toBeGreaterThan(0);
        const handler = new Recorder({
          mark,
          stopAfter: others + 20,
          stop,
          at: ({ what, partition }, own) => {
            if (what === 'batch' && partition === broken && own > 0) throw new Error('broken');
          },
        });
        const processing = log.process(mark, INPUT, handler, stop.signal);
        await expect.poll(() => handler.failures.length, PATIENCE).toBe(1);
        await expect.poll(() => handler.committedRecords, PATIENCE).toBe(others);
        // What comes now goes past the partition that stands still.
        const later = Array.from({ length: 200 }, (_, i) => `/later ${i}`);
        const elsewhere = later.filter((key) => partitionOfKey(key) !== broken).slice(0, 20);
        await log.append([record('/0', 'behind'), ...elsewhere.map((key) => record(key, key))]);
        await processing;
        expect(handler.stepsOf(broken)).toMatch(/^assigned( batch committed)* batch lost failed$/);
        const next = await log.committedOffsets(mark, INPUT);
        expect(next[broken]).toBeLessThanOrEqual(first.offset);

        const again = new AbortController();
        const missing = records.length - others + 1;
        const healthy = new Recorder({ mark, stopAfter: missing, stop: again });
        await log.process(mark, INPUT, healthy, again.signal);
        expect(healthy.seen.map(({ value }) => value)).toEqual([
          ...records.filter((_, i) => positions[i]?.partition === broken).map(textOf),
          'behind',
        ]);
      });

      it('is assigned again when bringing up its state failed', async () => {
        const partition = partitionOfKey('/one');
        let failures = 1;
        const handler = new Recorder({
          mark,
          stopAfter: 10,
          stop,
          at: (step) => {
            if (step.what === 'assigned' && step.partition === partition && failures-- > 0)
              throw new Error('no');
          },
          takeUpAgain: () => true,
        });
        await log.append(one(10));
        await log.process(mark, INPUT, handler, stop.signal);
        expect(handler.failures).toEqual([{ partition, error: new Error('no') }]);
        expect(handler.stepsOf(partition)).toMatch(
          /^assigned lost failed assigned( batch committed)+ revoked$/,
        );
        expect(handler.seen.map(({ value }) => value)).toEqual(one(10).map(textOf));
      });

      it('goes on behind a batch that was committed, whose output the next assignment finds', async () => {
        const from = await startOfTest(OUTPUT);
        const partition = partitionOfKey('/one');
        const found: (readonly string[])[] = [];
        let failures = 1;
        const handler = new Recorder({
          mark,
          stopAfter: 20,
          stop,
          outputTo: OUTPUT,
          at: async (step, own) => {
            if (step.partition !== partition) return;
            if (step.what === 'assigned') found.push((await recordsSince(log, OUTPUT, from)).map(textOf));
            if (step.what === 'committed' && own > 0 && failures-- > 0) throw new Error('the disk is full');
          },
          takeUpAgain: () => true,
        });
        await log.append(one(10));
        const processing = log.process(mark, INPUT, handler, stop.signal);
        await expect.poll(() => found.length, PATIENCE).toBe(2);
        await log.append(one(10));
        await processing;
        const committed = found[1]?.length ?? 0;
        expect(found[0]).toEqual([]);
        expect(committed).toBeGreaterThan(0);
        const wanted = [...one(10), ...one(10)].map(textOf);
        expect(found[1]).toEqual(wanted.slice(0, committed).map((value) => `out ${value}`));
        expect(handler.seen.map(({ value }) => value)).toEqual(wanted);
        expect((await outputsSince(from, 20)).map(textOf)).toEqual(wanted.map((value) => `out ${value}`));
      });

      it('waits no longer once processing is aborted, and is not assigned again', async () => {
        const partition = partitionOfKey('/one');
        const handler = new Recorder({
          mark,
          stopAfter: Number.POSITIVE_INFINITY,
          stop,
          at: ({ what }, own) => {
            if (what === 'batch' && own > 0) throw new Error('away');
          },
          takeUpAgain: async (_, signal) => {
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            return true;
          },
        });
        await log.append(one(1));
        const processing = log.process(mark, INPUT, handler, stop.signal);
        await expect.poll(() => handler.failures.length, PATIENCE).toBe(1);
        const abortedAt = performance.now();
        stop.abort();
        await processing;
        expect(performance.now() - abortedAt).toBeLessThan(PROMPT_MS);
        expect(handler.stepsOf(partition)).toMatch(/ batch lost failed$/);
      });

      it('gets no batch when processing is aborted while its state is brought up', async () => {
        const partition = partitionOfKey('/one');
        const handler = new Recorder({
          mark,
          stopAfter: Number.POSITIVE_INFINITY,
          stop,
          at: async (step, _, signal) => {
            if (step.what !== 'assigned') return;
            if (step.partition === partition) stop.abort();
            await new Promise((resolve) => {
              if (signal?.aborted) resolve(undefined);
              else signal?.addEventListener('abort', resolve);
            });
          },
        });
        await log.append(one(1));
        await log.process(mark, INPUT, handler, stop.signal);
        expect(handler.stepsOf(partition)).toBe('assigned revoked');
        expect(handler.seen).toEqual([]);
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
        const found = await ownSince(INPUT, from, 2);
        expect(found.map(textOf)).toEqual(['first', 'second']);
        const { topic, partition, offset } = found[1] ?? expect.fail();
        expect(position).toEqual({ topic, partition, offset });
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
        expect(next?.offset).toBeGreaterThan(Math.max(...offsets.map(({ offset }) => offset)));
      });

      it('can be closed twice', async () => {
        await log.close();
        await log.close();
        await expect(log.append([record('/one', 'x')])).rejects.toMatchObject({ disposition: 'retry' });
      });
    });

    /** All of this test's records on a topic once there are so many: what is committed may show a moment later. */
    async function ownSince(
      topic: TopicName,
      from: ReadonlyMap<number, Offset>,
      count: number,
    ): Promise<LogRecord[]> {
      let found: LogRecord[] = [];
      const look = async (): Promise<number> => {
        found = (await recordsSince(log, topic, from)).filter(({ key }) => key.startsWith(mark));
        return found.length;
      };
      await expect.poll(look, PATIENCE).toBeGreaterThanOrEqual(count);
      return found;
    }

    function outputsSince(from: ReadonlyMap<number, Offset>, count: number): Promise<LogRecord[]> {
      return ownSince(OUTPUT, from, count);
    }

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
