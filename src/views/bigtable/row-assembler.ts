import type { google } from '@google-cloud/bigtable/build/protos/protos.js';

/** A part of a row as it is streamed. */
export type CellChunk = google.bigtable.v2.ReadRowsResponse.ICellChunk;

/** A row as far as it was asked for. Cells come family by family, in each column the newest first. */
export interface Row {
  readonly key: string;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly family: string;
  readonly qualifier: string;
  readonly value: Uint8Array;
}

/**
 * Puts rows together out of the chunks of a stream: what a chunk does not say is as in the one before, a large value
 * comes in pieces, and a row counts only when the chunk that commits it has come.
 */
export class RowAssembler {
  #key = '';
  #family = '';
  #qualifier = '';
  #cells: Cell[] = [];
  #pieces: Uint8Array[] = [];

  /** Adds a chunk; the row that it completes, if it does. */
  add(chunk: CellChunk): Row | undefined {
    if (chunk.resetRow === true) {
      this.#begin();
      return undefined;
    }
    if (chunk.rowKey && chunk.rowKey.length > 0) this.#key = textOf(chunk.rowKey);
    if (chunk.familyName) this.#family = chunk.familyName.value ?? '';
    if (chunk.qualifier) this.#qualifier = textOf(chunk.qualifier.value ?? '');
    this.#pieces.push(bytesOf(chunk.value ?? ''));
    // The size is given on every piece but the last.
    if ((chunk.valueSize ?? 0) > 0) return undefined;
    const [piece, ...others] = this.#pieces;
    const value = piece !== undefined && others.length === 0 ? piece : Buffer.concat(this.#pieces);
    this.#cells.push({ family: this.#family, qualifier: this.#qualifier, value });
    this.#pieces = [];
    if (chunk.commitRow !== true) return undefined;
    const row = { key: this.#key, cells: this.#cells };
    this.#begin();
    return row;
  }

  #begin(): void {
    this.#key = '';
    this.#family = '';
    this.#qualifier = '';
    this.#cells = [];
    this.#pieces = [];
  }
}

function bytesOf(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
}

function textOf(bytes: Uint8Array | string): string {
  const given = bytesOf(bytes);
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString();
}
