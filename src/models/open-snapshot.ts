import { TaarError } from '../domain/errors.ts';
import type { Sections } from './snapshot.ts';
import {
  AT,
  aligned,
  assertLittleEndian,
  CONTAINER_FORMAT,
  DIGEST_BYTES,
  ELEMENT_BYTES,
  elementsOf,
  HEADER_BYTES,
  type IndexEntry,
  MAGIC,
  MAX_INDEX_BYTES,
  sha256Of,
} from './snapshot-layout.ts';
import { SnapshotSections, viewOf } from './snapshot-sections.ts';

/**
 * Opens a snapshot as views on its buffer. With `verify`, reads every byte once: digests of all sections, finite
 * floating-point numbers, zeros in the gaps. Without, only header and index are read, in microseconds: for a
 * snapshot that was verified in this process. Elements of the buffer must not change afterwards.
 * @throws TaarError `snapshot-format` (halt): of another container format;
 *   `snapshot-corrupt` (halt): not the bytes that were written
 */
export function openSnapshot(bytes: Uint8Array, options: { readonly verify: boolean }): Sections {
  assertLittleEndian();
  const indexBytes = checkHeader(bytes);
  const index = bytes.subarray(HEADER_BYTES, HEADER_BYTES + indexBytes);
  const digest = bytes.subarray(AT.indexDigest, AT.indexDigest + DIGEST_BYTES);
  if (!sha256Of(index).equals(digest)) throw corrupt('its index does not match its digest');
  const entries = parseIndex(index);
  const start = aligned(HEADER_BYTES + indexBytes);
  checkPlaces(bytes, entries, start);
  if (options.verify) verifyContent(bytes, entries, start, HEADER_BYTES + indexBytes);
  return new SnapshotSections(bytes, entries, start);
}

function checkHeader(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES) throw corrupt('it is shorter than its header');
  if (bytes.byteOffset % 8 !== 0) throw corrupt('it does not begin at a multiple of 8 bytes in memory');
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const format = header.getUint32(AT.format, true);
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)) || format !== CONTAINER_FORMAT) {
    throw new TaarError(
      'snapshot-format',
      'halt',
      `the bytes are no model snapshot of format ${CONTAINER_FORMAT}; was it published by a newer release?`,
    );
  }
  const indexBytes = header.getUint32(AT.indexBytes, true);
  if (indexBytes > MAX_INDEX_BYTES || HEADER_BYTES + indexBytes > bytes.length) {
    throw corrupt('its index is longer than it may be');
  }
  if (header.getFloat64(AT.totalBytes, true) !== bytes.length) throw corrupt('it is not as long as it was');
  return indexBytes;
}

function parseIndex(index: Uint8Array): readonly IndexEntry[] {
  try {
    const { sections } = JSON.parse(Buffer.from(index).toString('utf8')) as { sections: IndexEntry[] };
    if (Array.isArray(sections)) return sections;
  } catch {
    // Answered below, like an index of another shape.
  }
  throw corrupt('its index is not readable');
}

/** Sections stand one behind the other, so an index cannot make two of them overlap. */
function checkPlaces(bytes: Uint8Array, entries: readonly IndexEntry[], start: number): void {
  const names = new Set<string>();
  let end = 0;
  for (const entry of entries) {
    const elements = Array.isArray(entry.shape) ? elementsOf(entry.shape) : Number.NaN;
    const fits = entry.bytes === elements * ELEMENT_BYTES[entry.type] && entry.offset === aligned(end);
    if (!fits || names.has(entry.name)) throw corrupt(`its section ${entry.name} is not where it must be`);
    names.add(entry.name);
    end = entry.offset + entry.bytes;
  }
  if (start + end !== bytes.length) throw corrupt('it is not as long as its sections');
}

function verifyContent(
  bytes: Uint8Array,
  entries: readonly IndexEntry[],
  start: number,
  indexEnd: number,
): void {
  assertZeros(bytes.subarray(AT.zeros, HEADER_BYTES));
  let end = indexEnd;
  for (const entry of entries) {
    const offset = start + entry.offset;
    assertZeros(bytes.subarray(end, offset));
    end = offset + entry.bytes;
    if (sha256Of(bytes.subarray(offset, end)).toString('hex') !== entry.sha256) {
      throw corrupt(`its section ${entry.name} does not match its digest`);
    }
    const data = viewOf(bytes, entry, start);
    if ((data instanceof Float32Array || data instanceof Float64Array) && !data.every(Number.isFinite)) {
      throw new TaarError('model-invalid', 'halt', `section ${entry.name} holds a number that is not finite`);
    }
  }
  if (entries.length === 0) assertZeros(bytes.subarray(indexEnd));
}

function assertZeros(gap: Uint8Array): void {
  if (gap.some((byte) => byte !== 0)) throw corrupt('a gap in it is not empty');
}

function corrupt(what: string): TaarError {
  return new TaarError('snapshot-corrupt', 'halt', `the snapshot is damaged: ${what}; publish it again`);
}
