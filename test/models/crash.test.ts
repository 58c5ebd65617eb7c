import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orphanedChunks } from '../../src/models/orphaned-chunks.ts';
import { PublishedModels } from '../../src/models/published-models.ts';
import { MARK_RUNTIME, ModelLog } from './model-log.ts';

/** Enough for a model of three chunks: with the manifest, a publication is four appends. */
const PARTNERS = 100_000;
const CHUNKS = 3;

async function crash(folder: string, appends: number): Promise<NodeJS.Signals | null> {
  const script = new URL('./crashing-publisher.ts', import.meta.url);
  const child = fork(script, [folder, String(appends), String(PARTNERS)], { execArgv: [] });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
}

async function orphansIn({ log, codec }: ModelLog): Promise<number> {
  const published = new PublishedModels(log, codec);
  await published.catchUp();
  return (await orphanedChunks(log, 'coinstall', published.manifests)).length;
}

describe('a publisher that is killed between its appends', () => {
  it.each([0, 1, 2, 3])('after %i chunks leaves the old set serving and nothing behind', async (chunks) => {
    const folder = mkdtempSync(join(tmpdir(), 'taar-models-'));
    try {
      const before = await ModelLog.open(folder);
      await before.serve(1);
      await before.close();

      expect(await crash(folder, chunks)).toBe('SIGKILL');

      const after = await ModelLog.open(folder);
      const receiver = await after.receiver(MARK_RUNTIME);
      expect(receiver.current()?.runtime()).toEqual({ coinstall: 1, ranking: 1, prepared: [1, 1] });
      expect(await orphansIn(after)).toBe(chunks);
      const manifest = await after.publish('coinstall', 3, PARTNERS);
      expect(manifest.chunks).toHaveLength(CHUNKS);
      expect(await orphansIn(after)).toBe(0);
      await after.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
