import type { Manifest } from '../domain/model-records.ts';
import type { OutgoingRecord } from '../log/event-log.ts';
import { chunkKey, modelKey } from './version.ts';

/** The records that remove a version: the manifest first, so that nobody begins to load what is going away. */
export function tombstonesOf(manifest: Manifest): readonly OutgoingRecord[] {
  const key = modelKey(manifest);
  const chunks = manifest.chunks.map(
    (_, index): OutgoingRecord => ({
      topic: 'models.chunk.published.v1',
      key: chunkKey(key, index),
      value: null,
    }),
  );
  return [{ topic: 'models.manifest.published.v1', key, value: null }, ...chunks];
}
