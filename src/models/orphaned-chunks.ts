import type { Manifest } from '../domain/model-records.ts';
import type { EventLog } from '../log/event-log.ts';
import type { ModelName } from './model-kind.ts';
import { modelOfChunk } from './version.ts';

/**
 * Keys of the chunks of a model that no manifest names. Reads the whole chunk topic; the caller holds the model's
 * exclusive writer, so that nobody is between chunks and manifest.
 */
export async function orphanedChunks(
  log: EventLog,
  model: ModelName,
  manifests: ReadonlyMap<string, Manifest>,
): Promise<string[]> {
  const topic = 'models.chunk.published.v1';
  const orphans = new Set<string>();
  for (const [partition, { earliest, end }] of (await log.bounds(topic)).entries()) {
    for await (const { key, value } of log.read({ topic, partition, from: earliest, to: end })) {
      const owner = modelOfChunk(key);
      if (!owner.startsWith(`${model}@`) || manifests.has(owner)) continue;
      if (value === null) orphans.delete(key);
      else orphans.add(key);
    }
  }
  return [...orphans];
}
