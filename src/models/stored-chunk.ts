import { createHash } from 'node:crypto';
import { TaarError } from '../domain/errors.ts';
import type { ChunkPlace, Manifest } from '../domain/model-records.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { release } from './large-value.ts';
import { chunkKey, modelKey } from './version.ts';

/**
 * The bytes of one chunk. One chunk a read: many in one answer of the log would hold the event loop.
 * @throws TaarError `chunk-missing` (halt)
 */
export async function readChunk(
  log: Pick<EventLog, 'read'>,
  codec: RecordCodec,
  key: string,
  { partition, offset }: Pick<ChunkPlace, 'partition' | 'offset'>,
): Promise<Uint8Array> {
  const range = { topic: 'models.chunk.published.v1', partition, from: offset, to: offset + 1 } as const;
  for await (const record of log.read(range)) {
    if (record.key !== key || record.value === null) continue;
    await codec.learn([record.value]);
    const { bytes } = codec.decodeAs('models.Chunk', record.value);
    release(record.value);
    return bytes;
  }
  throw new TaarError('chunk-missing', 'halt', `${key} is not in the log; activate a set that is complete`);
}

/**
 * The snapshot of a model, put together from its chunks, however those are come by.
 * @throws TaarError `snapshot-corrupt` (halt) where it is not what its manifest says
 */
export async function wholeSnapshot(
  manifest: Manifest,
  chunk: (index: number) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const snapshot = new Uint8Array(manifest.bytes);
  const digest = createHash('sha256');
  let at = 0;
  for (const index of manifest.chunks.keys()) {
    const bytes = await chunk(index);
    if (at + bytes.length > snapshot.length) throw notAsPublished(manifest);
    snapshot.set(bytes, at);
    digest.update(bytes);
    at += bytes.length;
  }
  if (at !== snapshot.length || digest.digest('hex') !== manifest.sha256) throw notAsPublished(manifest);
  return snapshot;
}

/** The chunk of a manifest at an index, from the log. @throws TaarError `chunk-missing` (halt) */
export async function chunkOf(
  log: Pick<EventLog, 'read'>,
  codec: RecordCodec,
  manifest: Manifest,
  index: number,
): Promise<Uint8Array> {
  const key = chunkKey(modelKey(manifest), index);
  const place = manifest.chunks[index];
  if (place === undefined) throw new TaarError('chunk-missing', 'halt', `${key} is in no manifest`);
  return await readChunk(log, codec, key, place);
}

function notAsPublished(manifest: Manifest): TaarError {
  const what = `${modelKey(manifest)} is not what its manifest says; publish it again`;
  return new TaarError('snapshot-corrupt', 'halt', what);
}
