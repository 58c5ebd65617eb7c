import { describe, expect, it } from 'vitest';
import { type ImportedModel, importModels, isImported } from '../../src/models/model-import.ts';
import { PublishedModels } from '../../src/models/published-models.ts';
import { chunkOf, wholeSnapshot } from '../../src/models/stored-chunk.ts';
import { modelKey } from '../../src/models/version.ts';
import { BY_TEST, MARK_RUNTIME, ModelLog, snapshotOf } from './model-log.ts';

function imported(model: 'coinstall' | 'ranking', mark: number, parents: ImportedModel['parents'] = []) {
  return { model, bytes: snapshotOf(model, mark), parents, metrics: [{ name: 'items', value: mark }] };
}

async function importInto(models: ModelLog, ...made: readonly ImportedModel[]) {
  const published = new PublishedModels(models.log, models.codec);
  const set = await importModels({ ...models, published }, made, BY_TEST);
  await published.catchUp();
  const manifestOf = (model: string) => {
    const member = set.active.members.find((candidate) => candidate.model === model);
    return member === undefined ? undefined : published.manifests.get(modelKey(member));
  };
  return { set, coinstall: manifestOf('coinstall'), ranking: manifestOf('ranking') };
}

describe('models that were made elsewhere', () => {
  it('serve as one set, and their manifests claim nothing of their making', () =>
    ModelLog.with(async (models) => {
      const { set, coinstall } = await importInto(models, imported('coinstall', 3), imported('ranking', 4));
      expect(set).toMatchObject({ activatedBy: BY_TEST.by, reason: BY_TEST.reason, previous: [] });
      expect(coinstall).toMatchObject({
        inputs: [],
        clients: 0,
        deletionWatermark: 0,
        metrics: [{ name: 'items', value: 3 }],
      });
      expect(coinstall !== undefined && isImported(coinstall)).toBe(true);
      const receiver = await models.receiver(MARK_RUNTIME);
      expect(receiver.current()?.runtime()).toMatchObject({ coinstall: 3, ranking: 4 });
    }));

  it('join the active models of other kinds', () =>
    ModelLog.with(async (models) => {
      const before = await models.serve(1);
      const { set } = await importInto(models, imported('ranking', 9));
      const member = (model: string) => before.active.members.find((one) => one.model === model);
      expect(set.active.members).toContainEqual(member('coinstall'));
      expect(set.active.members).not.toContainEqual(member('ranking'));
      expect(set.previous).toEqual([before.active]);
    }));

  it('name their parents: those of the same import first, else the active ones', () =>
    ModelLog.with(async (models) => {
      const first = await importInto(models, imported('coinstall', 1, ['ranking']), imported('ranking', 2));
      expect(first.coinstall?.parents).toEqual([modelKey(first.ranking ?? { model: '', version: '' })]);
      const second = await importInto(models, imported('coinstall', 5, ['ranking']));
      expect(second.coinstall?.parents).toEqual(first.coinstall?.parents);
    }));

  it('can be read back, chunk by chunk, and are refused where a chunk is another', () =>
    ModelLog.with(async (models) => {
      const bytes = snapshotOf('coinstall', 7, 150_000);
      const made = { ...imported('coinstall', 1), bytes };
      const { coinstall: manifest } = await importInto(models, made);
      if (manifest === undefined) throw new Error('nothing was imported');
      expect(manifest.chunks.length).toBeGreaterThan(1);
      const chunk = (index: number) => chunkOf(models.log, models.codec, manifest, index);
      expect(Buffer.compare(await wholeSnapshot(manifest, chunk), bytes)).toBe(0);
      await expect(chunk(manifest.chunks.length)).rejects.toMatchObject({ code: 'chunk-missing' });
      const swapped = wholeSnapshot(manifest, async (index) => Buffer.from(await chunk(index)).fill(1, 0, 1));
      await expect(swapped).rejects.toMatchObject({ code: 'snapshot-corrupt' });
    }));
});
