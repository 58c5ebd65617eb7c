import type { EpochMs } from './clock.ts';

/** On `models.chunk.published.v1`: a piece of a snapshot, at most 900 kB. */
export interface Chunk {
  readonly bytes: Uint8Array;
}

/** Where one chunk of a snapshot stands in the log, and what it must hash to. */
export interface ChunkPlace {
  readonly partition: number;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** How far a trainer had read the changelog of its input. */
export interface InputPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Metric {
  readonly name: string;
  readonly value: number;
}

/** On `models.manifest.published.v1`, under `model@version`: all that a node must know before it loads a model. */
export interface Manifest {
  readonly model: string;
  readonly version: string;
  readonly formatVersion: number;
  readonly createdAt: EpochMs;
  readonly bytes: number;
  readonly sha256: string;
  readonly chunks: readonly ChunkPlace[];
  readonly inputs: readonly InputPosition[];
  /** `model@version` of the models that this one was trained against. */
  readonly parents: readonly string[];
  readonly seed: number;
  readonly clients: number;
  readonly metrics: readonly Metric[];
  /** Every deletion that reached the changelog before `inputs` is honoured; this is the newest of them. */
  readonly deletionWatermark: EpochMs;
}

export interface SetMember {
  readonly model: string;
  readonly version: string;
}

/** Models that are served together. */
export interface ModelSet {
  readonly setVersion: string;
  readonly members: readonly SetMember[];
}

/** On `models.set.activated.v1`, under the product: what is served now, and what can be brought back. */
export interface ActiveSet {
  readonly product: string;
  readonly active: ModelSet;
  /** The sets that were active before, newest first; at most four. */
  readonly previous: readonly ModelSet[];
  readonly activatedAt: EpochMs;
  readonly activatedBy: string;
  readonly reason: string;
}
