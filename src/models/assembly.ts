import { messageOf, TaarError } from '../domain/errors.ts';
import { encodeSnapshot } from './encode-snapshot.ts';
import type { ModelName } from './model-kind.ts';
import { MODEL_KINDS } from './model-kinds.ts';
import type { PrepareModels } from './model-runtime.ts';
import { openSnapshot } from './open-snapshot.ts';
import type { Section, Sections } from './snapshot.ts';
import { sha256Of } from './snapshot-layout.ts';

/** What a chunk must be. */
export interface ChunkPlan {
  readonly bytes: number;
  readonly sha256: string;
}

/** One member of a set that is put together: from its chunks, or `ready` where the node has it already. */
export interface MemberPlan {
  readonly model: ModelName;
  readonly bytes: number;
  readonly sha256: string;
  readonly chunks: readonly ChunkPlan[];
  readonly ready: SharedArrayBuffer | undefined;
}

/** A set that has passed every check that needs no request thread. */
export interface Assembled {
  readonly members: ReadonlyMap<ModelName, SharedArrayBuffer>;
  /** The request-time indexes, as a snapshot. */
  readonly prepared: SharedArrayBuffer;
}

/** Puts one model set together in shared memory and checks it; runs in the receiver's worker thread. */
export class Assembly {
  readonly #plans: ReadonlyMap<ModelName, MemberPlan>;
  readonly #buffers: ReadonlyMap<ModelName, SharedArrayBuffer>;
  /** How many bytes of each member have been written. */
  readonly #written = new Map<ModelName, number>();

  constructor(plans: readonly MemberPlan[]) {
    this.#plans = new Map(plans.map((plan) => [plan.model, plan]));
    this.#buffers = new Map(
      plans.map((plan) => [plan.model, plan.ready ?? new SharedArrayBuffer(plan.bytes)]),
    );
  }

  /** Writes a member's next chunk. @throws TaarError `chunk-corrupt` (halt) */
  write(model: ModelName, index: number, bytes: Uint8Array): void {
    const buffer = this.#buffers.get(model);
    const chunk = this.#plans.get(model)?.chunks[index];
    const at = this.#written.get(model) ?? 0;
    const isAsPlanned =
      buffer !== undefined &&
      bytes.length === chunk?.bytes &&
      at + bytes.length <= buffer.byteLength &&
      sha256Of(bytes).toString('hex') === chunk.sha256;
    if (!isAsPlanned) {
      throw new TaarError(
        'chunk-corrupt',
        'halt',
        `chunk ${index + 1} of ${model} is not what its manifest says; publish the model again`,
      );
    }
    new Uint8Array(buffer, at, bytes.length).set(bytes);
    this.#written.set(model, at + bytes.length);
  }

  /**
   * Checks digests, sections and the models' own invariants and builds the request-time indexes.
   * @throws TaarError `snapshot-corrupt`, `snapshot-format`, `model-invalid`, `prepare-failed` (halt)
   */
  finish(prepare: PrepareModels): Assembled {
    const models = new Map([...this.#plans.values()].map((plan) => [plan.model, this.#openMember(plan)]));
    const sections = prepared(prepare, models);
    const snapshot = encodeSnapshot(sections, (bytes) => new SharedArrayBuffer(bytes));
    return { members: this.#buffers, prepared: snapshot.buffer };
  }

  #openMember({ model, bytes, sha256, ready }: MemberPlan): Sections {
    const snapshot = new Uint8Array(this.#buffers.get(model) ?? new SharedArrayBuffer(0));
    // A member that is served already has passed all of this.
    if (ready !== undefined) return openSnapshot(snapshot, { verify: false });
    if (this.#written.get(model) !== bytes || sha256Of(snapshot).toString('hex') !== sha256) {
      throw new TaarError(
        'snapshot-corrupt',
        'halt',
        `${model} is not what its manifest says; publish it again`,
      );
    }
    const sections = openSnapshot(snapshot, { verify: true });
    MODEL_KINDS[model].decode(sections);
    return sections;
  }
}

function prepared(prepare: PrepareModels, models: ReadonlyMap<ModelName, Sections>): readonly Section[] {
  try {
    return prepare(models);
  } catch (error) {
    if (error instanceof TaarError) throw error;
    throw new TaarError('prepare-failed', 'halt', `the models could not be prepared: ${messageOf(error)}`);
  }
}
