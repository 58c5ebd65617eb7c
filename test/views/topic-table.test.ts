import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Listing } from '../../src/domain/listing.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { type TableChange, TopicTable } from '../../src/views/topic-table.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';
import { ChangelogBench, TOPIC } from './changelog-bench.ts';

type Change = TableChange<'addons.Listing'>;

describe('TopicTable', () => {
  it('holds the latest value of each key once it has caught up', async () => {
    const { bench, table, put } = await tableOf();
    await put('a@x', 'A');
    await put('b@x', 'B');
    await put('a@x', 'A2');
    await put('c@x', 'C');
    await put('c@x', null);
    await table.start();
    await table.caughtUp;
    expect(table.size).toBe(2);
    expect(table.get('a@x')?.name).toBe('A2');
    expect(table.get('c@x')).toBeUndefined();
    expect([...table.values()].map(({ name }) => name)).toEqual(['A2', 'B']);
    expect([...table.entries()].map(([key]) => key)).toEqual(['a@x', 'b@x']);
    expect([...table.positions]).toEqual([[0, 5]]);
    expect(table.lagSeconds(bench.clock())).toBe(0);
  });

  it('has caught up with an empty topic', async () => {
    const { table } = await tableOf();
    await table.start();
    await table.caughtUp;
    expect(table.size).toBe(0);
  });

  it('tells its listeners of every change, the first ones too, after it has made it', async () => {
    const { table, put } = await tableOf();
    const told: string[] = [];
    table.onChange(({ key, value }: Change) => {
      told.push(`${key} ${value?.name}`);
      expect(table.get(key)).toBe(value);
    });
    await put('a@x', 'A');
    await table.start();
    await table.caughtUp;
    await put('a@x', 'A2');
    await put('none@x', null);
    await put('a@x', null);
    await vi.waitFor(() => expect(told).toEqual(['a@x A', 'a@x A2', 'a@x undefined']));
    expect(table.size).toBe(0);
  });

  it('tells nothing more to a listener that was taken off', async () => {
    const { table, put } = await tableOf();
    const first = vi.fn();
    const second = vi.fn();
    const takeOff = table.onChange(first);
    table.onChange(second);
    await table.start();
    await table.caughtUp;
    takeOff();
    await put('a@x', 'A');
    await vi.waitFor(() => expect(second).toHaveBeenCalledTimes(1));
    expect(first).not.toHaveBeenCalled();
  });

  it('stays right when a listener fails', async () => {
    const { table, put, logger } = await tableOf();
    table.onChange(() => {
      throw new Error('the listener broke');
    });
    const other = vi.fn();
    table.onChange(other);
    await put('a@x', 'A');
    await table.start();
    await table.caughtUp;
    expect(table.get('a@x')?.name).toBe('A');
    expect(other).toHaveBeenCalledTimes(1);
    expect(logger.lines.join('\n')).toContain('the listener broke');
  });

  it('skips a record that it cannot decode, counts and logs it, and keeps what was there', async () => {
    const { bench, table, put, codec, logger } = await tableOf();
    await put('a@x', 'A');
    await bench.put('a@x', 'no record at all');
    const chunk = codec.encode('models.Chunk', { bytes: Buffer.from('a secret') });
    await bench.log.append([{ topic: TOPIC, key: 'a@x', value: chunk }]);
    await put('b@x', 'B');
    await table.start();
    await table.caughtUp;
    expect(table.undecodable).toBe(2);
    expect([...table.values()].map(({ name }) => name)).toEqual(['A', 'B']);
    const log = logger.lines.join('\n');
    expect(log).toContain('schema-unknown');
    expect(log).toContain('record-type-unexpected');
    expect(log).not.toContain('secret');
  });

  it('does nothing more after it was stopped', async () => {
    const { table, put } = await tableOf();
    await table.start();
    await table.caughtUp;
    await table.stop();
    await expect(table.ended).resolves.toBeUndefined();
    await put('a@x', 'A');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(table.size).toBe(0);
  });
});

/** A table of listings on a real log, not started; stopped with the test. */
async function tableOf() {
  const bench = await ChangelogBench.open();
  const codec = await RecordCodec.open(bench.log.schemaIds);
  const logger = new RecordingLogger();
  const table = new TopicTable({
    log: bench.log,
    topic: TOPIC,
    clock: bench.clock,
    logger: logger.logger,
    codec,
    type: 'addons.Listing',
  });
  onTestFinished(() => table.stop());
  const put = async (guid: string, name: string | null): Promise<void> => {
    const value = name === null ? null : codec.encode('addons.Listing', listing(guid, name));
    await bench.log.append([{ topic: TOPIC, key: guid, value }]);
  };
  return { bench, table, put, codec, logger };
}

function listing(guid: string, name: string): Listing {
  return {
    guid,
    name,
    isWebExtension: true,
    summary: null,
    categories: [],
    averageRating: null,
    weeklyDownloads: null,
    recommended: false,
    firstCreated: null,
    platforms: null,
  };
}
