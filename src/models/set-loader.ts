import { performance } from 'node:perf_hooks';
import { messageOf, TaarError } from '../domain/errors.ts';
import type { ActiveSet, Manifest, SetMember } from '../domain/model-records.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { Assembler } from './assembler.ts';
import type { Assembled } from './assembly.ts';
import type { ModelName } from './model-kind.ts';
import { MODEL_KINDS } from './model-kinds.ts';
import type { ModelRuntime } from './model-runtime.ts';
import { openSnapshot } from './open-snapshot.ts';
import { MAX_MODEL_BYTES } from './publisher.ts';
import { readChunk } from './stored-chunk.ts';
import { chunkKey, modelKey } from './version.ts';

/** A model set that answers requests. A request takes it once and uses nothing else until it has answered. */
export interface LoadedSet<R> {
  readonly setVersion: string;
  readonly members: readonly SetMember[];
  /** Those of the members that the runtime uses. */
  readonly manifests: readonly Manifest[];
  readonly runtime: R;
  readonly activatedAt: number;
  /** How long attaching and warming up held the event loop. */
  readonly attachMs: number;
}

type Manifests = ReadonlyMap<string, Manifest>;

/** Loads the sets of one runtime: chunks from the log, checks and preparation in a worker thread, views here. */
export class SetLoader<R> {
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #runtime: ModelRuntime<R>;
  readonly #assembler = new Assembler();
  /** The members of the set loaded last, by `model@version`. */
  #loaded: ReadonlyMap<string, SharedArrayBuffer> = new Map();

  constructor(log: EventLog, codec: RecordCodec, runtime: ModelRuntime<R>) {
    this.#log = log;
    this.#codec = codec;
    this.#runtime = runtime;
  }

  /** @throws TaarError with the reason why the set cannot be served */
  async load(set: ActiveSet, manifests: Manifests): Promise<LoadedSet<R>> {
    const members = this.#membersOf(set, manifests);
    const plans = members.map((manifest) => ({ ...manifest, ready: this.#loaded.get(modelKey(manifest)) }));
    await this.#assembler.begin(plans);
    for (const plan of plans) if (plan.ready === undefined) await this.#loadChunks(plan);
    const assembled = await this.#assembler.finish(this.#runtime.prepareModule);
    const loaded = this.#attach(set, members, assembled);
    this.#loaded = new Map(
      members.flatMap((manifest) => {
        const buffer = assembled.members.get(manifest.model);
        return buffer === undefined ? [] : [[modelKey(manifest), buffer]];
      }),
    );
    return loaded;
  }

  close(): Promise<void> {
    return this.#assembler.close();
  }

  /** Those members that the runtime uses; a set may lack some of them. */
  #membersOf(set: ActiveSet, manifests: Manifests): readonly NamedManifest[] {
    const { setVersion } = set.active;
    const members = this.#runtime.models.flatMap((model) => {
      const member = set.active.members.find((candidate) => candidate.model === model);
      return member === undefined ? [] : [acceptedManifest({ ...member, model }, set, manifests)];
    });
    if (members.length > 0) return members;
    const message = `set ${setVersion} has none of the models of ${this.#runtime.product}`;
    throw new TaarError('member-missing', 'halt', message);
  }

  async #loadChunks(manifest: NamedManifest): Promise<void> {
    const key = modelKey(manifest);
    for (const [index, place] of manifest.chunks.entries()) {
      const bytes = await readChunk(this.#log, this.#codec, chunkKey(key, index), place);
      await this.#assembler.write(manifest.model, index, bytes);
    }
  }

  #attach(set: ActiveSet, manifests: readonly NamedManifest[], assembled: Assembled): LoadedSet<R> {
    const began = performance.now();
    const models = new Map(
      [...assembled.members].map(([model, buffer]) => [
        model,
        openSnapshot(new Uint8Array(buffer), { verify: false }),
      ]),
    );
    const prepared = openSnapshot(new Uint8Array(assembled.prepared), { verify: false });
    const runtime = attached(this.#runtime, () => this.#runtime.attach(models, prepared));
    const { active, activatedAt } = set;
    const attachMs = performance.now() - began;
    return { ...active, manifests, runtime, activatedAt, attachMs };
  }
}

type NamedManifest = Manifest & { readonly model: ModelName };

function attached<R>(kind: ModelRuntime<R>, attach: () => R): R {
  try {
    const runtime = attach();
    kind.warmUp(runtime);
    return runtime;
  } catch (error) {
    const message = `the ${kind.product} models do not answer: ${messageOf(error)}`;
    throw new TaarError('warm-up-failed', 'halt', message, { cause: error });
  }
}

type NamedMember = SetMember & { readonly model: ModelName };

/** The manifest of a member, after all checks that need no chunk. */
function acceptedManifest(member: NamedMember, { active }: ActiveSet, manifests: Manifests): NamedManifest {
  const { model } = member;
  const key = modelKey(member);
  const manifest = manifests.get(key);
  if (manifest === undefined) throw new TaarError('model-missing', 'halt', `${key} has no manifest`);
  const { formatVersion, bytes, chunks, parents } = manifest;
  if (formatVersion !== MODEL_KINDS[model].formatVersion) {
    throw new TaarError('format-unknown', 'halt', `${key} has format ${formatVersion}; update this node`);
  }
  const chunkBytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  if (bytes !== chunkBytes || bytes > MAX_MODEL_BYTES) {
    throw new TaarError('size-wrong', 'halt', `${key}: ${bytes} bytes, but ${chunkBytes} in its chunks`);
  }
  const inSet = new Set(active.members.map(modelKey));
  const parent = parents.find((name) => !inSet.has(name) && !manifests.has(name));
  if (parent !== undefined) throw new TaarError('parent-missing', 'halt', `${key} needs ${parent}`);
  return { ...manifest, model };
}
