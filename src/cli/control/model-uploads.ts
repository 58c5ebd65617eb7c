import { TaarError } from '../../domain/errors.ts';
import type { ModelName } from '../../models/model-kind.ts';
import { MAX_MODEL_BYTES } from '../../models/publisher.ts';

/**
 * Models that come over the control socket in pieces, until they are asked for. One upload at a time: a command that
 * died half way must not keep memory, so the next one takes its place.
 */
export class ModelUploads {
  readonly #maxBytes: number;
  #id: string | undefined;
  #bytes = 0;
  #pieces = new Map<ModelName, Uint8Array[]>();

  /** @param maxBytes of one upload: what a node could not hold anyway need not be taken in */
  constructor(maxBytes = MAX_MODEL_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** @throws TaarError `model-too-large` (halt) */
  add(id: string, model: ModelName, piece: Uint8Array): void {
    if (id !== this.#id) this.#begin(id);
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) {
      this.#begin(undefined);
      throw new TaarError('model-too-large', 'halt', `the models have more than ${this.#maxBytes} bytes`);
    }
    this.#pieces.set(model, [...(this.#pieces.get(model) ?? []), piece]);
  }

  /** The models of an upload, which is forgotten. @throws TaarError `upload-lost` (retry) */
  take(id: string): ReadonlyMap<ModelName, Uint8Array> {
    if (id !== this.#id) {
      throw new TaarError('upload-lost', 'retry', 'another import began in the meantime; try again');
    }
    const models = new Map([...this.#pieces].map(([model, pieces]) => [model, joined(pieces)]));
    this.#begin(undefined);
    return models;
  }

  #begin(id: string | undefined): void {
    this.#id = id;
    this.#bytes = 0;
    this.#pieces = new Map();
  }
}

/** In memory of its own: snapshots must begin at a multiple of 8 bytes. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
