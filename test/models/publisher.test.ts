import { describe, expect, it } from 'vitest';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import { orphanedChunks } from '../../src/models/orphaned-chunks.ts';
import { ModelPublisher } from '../../src/models/publisher.ts';
import { modelKey } from '../../src/models/version.ts';
import { ModelLog, publicationOf, snapshotOf } from './model-log.ts';

const CHUNKS = 'models.chunk.published.v1';

/** A snapshot of three chunks. */
const LARGE = encodeSnapshot([
  { name: 'x', type: 'u8', shape: [2_000_000], data: new Uint8Array(2_000_000) },
]);

async function recordsOf(models: ModelLog, topic: typeof CHUNKS | 'models.manifest.published.v1') {
  const records = [];
  for (const [partition, { earliest, end }] of (await models.log.bounds(topic)).entries()) {
    for await (const record of models.log.read({ topic, partition, from: earliest, to: end })) {
      records.push(record);
    }
  }
  return records;
}

describe('publishing a model', () => {
  it('puts chunks on the log that add up to it, then the manifest that names them', () =>
    ModelLog.with(async (models) => {
      const manifest = await models.publisher.publish(publicationOf('coinstall', LARGE));
      const chunks = await recordsOf(models, CHUNKS);
      expect(chunks.map(({ key }) => key)).toEqual([1, 2, 3].map((n) => `${modelKey(manifest)}#000${n}`));
      const bytes = chunks.map(
        ({ value }) => models.codec.decodeAs('models.Chunk', value ?? new Uint8Array()).bytes,
      );
      expect(Math.max(...bytes.map(({ length }) => length))).toBe(900_000);
      expect(openSnapshot(new Uint8Array(Buffer.concat(bytes)), { verify: true }).u8('x').length).toBe(
        2_000_000,
      );
      const [record] = await recordsOf(models, 'models.manifest.published.v1');
      expect(record?.key).toBe(modelKey(manifest));
      const found = models.codec.decodeAs('models.Manifest', record?.value ?? new Uint8Array());
      expect(found).toEqual(manifest);
      expect(found.chunks.map(({ offset }) => offset)).toEqual(chunks.map(({ offset }) => offset));
    }));

  it('gives later versions to later publications, by whichever publisher', () =>
    ModelLog.with(async ({ log, codec }) => {
      const versions: string[] = [];
      for (let i = 0; i < 5; i++) {
        const publisher = new ModelPublisher(log, codec, () => 1_000_000 - i);
        const manifest = await publisher.publish(publicationOf('coinstall', snapshotOf('coinstall', 1)));
        versions.push(manifest.version);
      }
      expect(new Set(versions).size).toBe(5);
      expect(versions).toEqual([...versions].sort());
    }));

  it('is refused to the older of two publishers of one model, and its chunks are removed', () =>
    ModelLog.with(async (models) => {
      const slow = models.publisher.publish(publicationOf('coinstall', LARGE));
      const slowEnd = slow.then(
        () => 'published',
        (error) => error.code,
      );
      await firstChunk(models);
      const newer = new ModelPublisher(models.log, models.codec, Date.now);
      const manifest = await newer.publish(publicationOf('coinstall', snapshotOf('coinstall', 1)));
      expect(await slowEnd).toBe('writer-fenced');
      const manifests = new Map([[modelKey(manifest), manifest]]);
      expect(await orphanedChunks(models.log, 'coinstall', manifests)).toEqual([]);
      expect((await recordsOf(models, CHUNKS)).some(({ value }) => value === null)).toBe(true);
    }));

  it('of another model at the same time is nobody else’s business', () =>
    ModelLog.with(async (models) => {
      const published = await Promise.all([models.publish('coinstall', 1), models.publish('ranking', 1)]);
      expect(published.map(({ model }) => model)).toEqual(['coinstall', 'ranking']);
    }));

  it('makes equal bytes of equal models', () => {
    expect(snapshotOf('coinstall', 5, 100)).toEqual(snapshotOf('coinstall', 5, 100));
    expect(snapshotOf('coinstall', 5, 100)).not.toEqual(snapshotOf('coinstall', 6, 100));
  });
});

async function firstChunk({ log }: ModelLog): Promise<void> {
  while ((await log.bounds(CHUNKS)).every(({ end }) => end === 0)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
