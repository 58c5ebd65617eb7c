import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RecordCodec } from '../../../../src/log/record-codec.ts';
import { servedCatalogue } from '../../../../src/serving/addons/catalogue/served-catalogue.ts';
import { TopicTable } from '../../../../src/views/topic-table.ts';
import { anyListing } from '../../../domain/any-listing.ts';
import { ChangelogBench, SILENT, TOPIC } from '../../../views/changelog-bench.ts';

async function catalogueOf() {
  const { log, clock } = await ChangelogBench.open();
  const codec = await RecordCodec.open(log.schemaIds);
  const table = new TopicTable({ log, topic: TOPIC, clock, logger: SILENT, codec, type: 'addons.Listing' });
  onTestFinished(() => table.stop());
  const put = (guid: string, averageRating: number) =>
    log.append([
      { topic: TOPIC, key: guid, value: codec.encode('addons.Listing', anyListing({ guid, averageRating })) },
    ]);
  const remove = (guid: string) => log.append([{ topic: TOPIC, key: guid, value: null }]);
  return { table, catalogue: servedCatalogue(table), put, remove };
}

describe('the catalogue that answers are checked against', () => {
  it('cannot be used before it was read to its end', async () => {
    const { table, catalogue, put } = await catalogueOf();
    await put('a@x', 4);
    await put('b@x', 4);
    const seen: boolean[] = [];
    table.onChange(() => seen.push(catalogue.isUsable()));
    await table.start();
    await table.caughtUp;
    expect(seen).toEqual([false, false]);
    expect(catalogue.isUsable()).toBe(true);
  });

  it('follows each change, and is of no use again when the last listing is gone', async () => {
    const { table, catalogue, put, remove } = await catalogueOf();
    await table.start();
    await table.caughtUp;
    expect(catalogue.isUsable()).toBe(false);
    await put('a@x', 4);
    await vi.waitFor(() => expect(catalogue.isUsable()).toBe(true));
    expect(catalogue.get('a@x')).toMatchObject({ averageRating: 4, platforms: ['all'] });
    expect(catalogue.get('b@x')).toBeUndefined();
    await put('a@x', 2);
    await vi.waitFor(() => expect(catalogue.get('a@x')).toMatchObject({ averageRating: 2 }));
    await remove('a@x');
    await vi.waitFor(() => expect(catalogue.isUsable()).toBe(false));
  });
});
