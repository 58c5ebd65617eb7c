import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { ChunkPlace, InputPosition, Manifest, Metric } from '../domain/model-records.ts';
import type { EventLog, ExclusiveWriter } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { release } from './large-value.ts';
import type { ModelName } from './model-kind.ts';
import { MODEL_KINDS } from './model-kinds.ts';
import { orphanedChunks } from './orphaned-chunks.ts';
import { PublishedModels } from './published-models.ts';
import { chunkKey, latestVersion, modelKey, nextVersion } from './version.ts';

/** Keeps a record below the 1 MB that a Kafka broker accepts by default. */
const MAX_CHUNK_BYTES = 900_000;

/** A model whose file grew beyond this would not fit twice into a serving node; nodes refuse it as well. */
export const MAX_MODEL_BYTES = 2 ** 30;

/** A trained model and what is known about its training. */
export interface Publication {
  readonly model: ModelName;
  /** What `encodeSnapshot(kind.encode(model))` made. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly InputPosition[];
  /** `model@version` of the models that it was trained against. */
  readonly parents: readonly string[];
  readonly seed: number;
  readonly clients: number;
  readonly metrics: readonly Metric[];
  readonly deletionWatermark: number;
}

/** Puts models on the log (DESIGN section 8): all chunks first, the manifest when they are durable. */
export class ModelPublisher {
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #clock: Clock;
  readonly #published: PublishedModels;
  /** Models whose leftovers of a crash this publisher has removed. */
  readonly #swept = new Set<ModelName>();

  constructor(log: EventLog, codec: RecordCodec, clock: Clock) {
    this.#log = log;
    this.#codec = codec;
    this.#clock = clock;
    this.#published = new PublishedModels(log, codec);
  }

  /**
   * Publishes a model under a new version, later than any it has. Holds the event loop for no longer than one
   * chunk takes.
   * @throws TaarError `writer-fenced` (halt) where another publisher of this model has begun since;
   *   `model-too-large` (halt)
   */
  async publish(publication: Publication): Promise<Manifest> {
    const { model, bytes } = publication;
    if (bytes.length > MAX_MODEL_BYTES) {
      throw new TaarError('model-too-large', 'halt', `${model} has ${bytes.length} bytes; train on less`);
    }
    const writer = await this.#log.exclusiveWriter(`model.${model}`);
    await this.#published.catchUp();
    await this.#sweep(model, writer);
    const sha256 = await digestOf(bytes);
    const createdAt = this.#clock();
    const last = latestVersion(this.#published.manifests.values(), model);
    const version = nextVersion(createdAt, last, sha256);
    // Until the manifest stands, a failure leaves chunks that the next publication must remove.
    this.#swept.delete(model);
    const chunks = await this.#appendChunks(modelKey({ model, version }), bytes, writer);
    const { bytes: _bytes, ...facts } = publication;
    const { formatVersion } = MODEL_KINDS[model];
    const manifest = { ...facts, version, formatVersion, createdAt, bytes: bytes.length, sha256, chunks };
    const value = this.#codec.encode('models.Manifest', manifest);
    await writer.append([{ topic: 'models.manifest.published.v1', key: modelKey(manifest), value }]);
    this.#swept.add(model);
    return manifest;
  }

  async #appendChunks(key: string, bytes: Uint8Array, writer: ExclusiveWriter): Promise<ChunkPlace[]> {
    const places: ChunkPlace[] = [];
    for (const [index, chunk] of chunksOf(bytes).entries()) {
      const value = this.#codec.encode('models.Chunk', { bytes: chunk });
      const record = { topic: 'models.chunk.published.v1', key: chunkKey(key, index), value } as const;
      const sha256 = createHash('sha256').update(chunk).digest('hex');
      const [position] = await writer.append([record]);
      release(value);
      if (position === undefined) throw new TaarError('log-broken', 'halt', 'an append gave no position');
      places.push({ partition: position.partition, offset: position.offset, bytes: chunk.length, sha256 });
    }
    return places;
  }

  /** Chunks of a publisher that died before its manifest may hold a client who was deleted since. */
  async #sweep(model: ModelName, writer: ExclusiveWriter): Promise<void> {
    if (this.#swept.has(model)) return;
    const orphans = await orphanedChunks(this.#log, model, this.#published.manifests);
    if (orphans.length > 0) {
      await writer.append(
        orphans.map((key) => ({ topic: 'models.chunk.published.v1' as const, key, value: null })),
      );
    }
    this.#swept.add(model);
  }
}

function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const chunks = [];
  for (let start = 0; start < bytes.length; start += MAX_CHUNK_BYTES) {
    chunks.push(bytes.subarray(start, start + MAX_CHUNK_BYTES));
  }
  return chunks;
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(bytes)) {
    hash.update(chunk);
    await nextTurn();
  }
  return hash.digest('hex');
}
