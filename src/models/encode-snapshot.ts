import { TaarError } from '../domain/errors.ts';
import type { Section } from './snapshot.ts';
import {
  AT,
  aligned,
  assertLittleEndian,
  CONTAINER_FORMAT,
  ELEMENT_BYTES,
  elementsOf,
  HEADER_BYTES,
  type IndexEntry,
  MAGIC,
  MAX_INDEX_BYTES,
  sha256Of,
} from './snapshot-layout.ts';

/** An entry whose offset is counted from the end of the index, so that the index can be measured first. */
type Placed = readonly [IndexEntry, Uint8Array];

/**
 * Writes sections as one snapshot (layout: snapshot-layout.ts). The same sections give the same bytes.
 * `allocate` chooses the memory, for example shared between threads.
 * @throws TaarError `model-invalid` (halt) where two sections share a name or a shape does not fit its data
 */
export function encodeSnapshot<B extends ArrayBufferLike = ArrayBuffer>(
  sections: readonly Section[],
  allocate?: (bytes: number) => B,
): Uint8Array<B>;
export function encodeSnapshot(
  sections: readonly Section[],
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): Uint8Array {
  assertLittleEndian();
  const placed = place(sections);
  const index = indexOf(placed);
  const start = aligned(HEADER_BYTES + index.length);
  const last = placed.at(-1)?.[0];
  const total = last === undefined ? start : start + last.offset + last.bytes;
  const snapshot = new Uint8Array(allocate(total));
  writeHeader(snapshot, index);
  snapshot.set(index, HEADER_BYTES);
  for (const [entry, bytes] of placed) snapshot.set(bytes, start + entry.offset);
  return snapshot;
}

function place(sections: readonly Section[]): Placed[] {
  const placed: Placed[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const { name, type, shape, data } of sections) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const fits =
      data.BYTES_PER_ELEMENT === ELEMENT_BYTES[type] &&
      elementsOf(shape) * ELEMENT_BYTES[type] === bytes.length;
    if (!fits || names.has(name)) {
      throw new TaarError(
        'model-invalid',
        'halt',
        `section ${name}: ${fits ? 'there are two of that name' : 'its shape and type do not fit its data'}`,
      );
    }
    names.add(name);
    const sha256 = sha256Of(bytes).toString('hex');
    placed.push([{ name, type, shape: [...shape], offset, bytes: bytes.length, sha256 }, bytes]);
    offset = aligned(offset + bytes.length);
  }
  return placed;
}

function indexOf(placed: readonly Placed[]): Buffer {
  const index = Buffer.from(JSON.stringify({ sections: placed.map(([entry]) => entry) }));
  if (index.length > MAX_INDEX_BYTES) {
    throw new TaarError(
      'model-invalid',
      'halt',
      `a snapshot index of ${index.length} bytes: too many sections`,
    );
  }
  return index;
}

function writeHeader(snapshot: Uint8Array, index: Buffer): void {
  const header = new DataView(snapshot.buffer, snapshot.byteOffset, HEADER_BYTES);
  snapshot.set(MAGIC, 0);
  header.setUint32(AT.format, CONTAINER_FORMAT, true);
  header.setUint32(AT.indexBytes, index.length, true);
  header.setFloat64(AT.totalBytes, snapshot.length, true);
  snapshot.set(sha256Of(index), AT.indexDigest);
}
