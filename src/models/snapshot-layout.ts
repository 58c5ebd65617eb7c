import { createHash } from 'node:crypto';
import { TaarError } from '../domain/errors.ts';
import type { SectionType } from './snapshot.ts';

/**
 * The fixed header, 64 bytes: magic (8), container format (u32), index length (u32), total length (f64),
 * SHA-256 of the index (32), zeros (8). The JSON index follows, then each section at the next multiple of 64.
 * Everything is little-endian; the gaps are zero.
 */
export const MAGIC = Buffer.from('TAARSNAP', 'latin1');
export const CONTAINER_FORMAT = 1;
export const HEADER_BYTES = 64;
export const ALIGNMENT_BYTES = 64;
export const AT = { format: 8, indexBytes: 12, totalBytes: 16, indexDigest: 24, zeros: 56 } as const;
export const DIGEST_BYTES = 32;

/** A damaged length must not make the reader parse a whole model as its index. */
export const MAX_INDEX_BYTES = 1024 * 1024;

/** What the index says of one section. */
export interface IndexEntry {
  readonly name: string;
  readonly type: SectionType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<SectionType, number>> = {
  u8: 1,
  u32: 4,
  i32: 4,
  f32: 4,
  f64: 8,
  utf8: 1,
};

/** The next place where a section may begin. */
export function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/** The number of elements that a shape describes; NaN where a dimension is no size. */
export function elementsOf(shape: readonly unknown[]): number {
  let elements = 1;
  for (const size of shape) {
    elements *= typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : Number.NaN;
  }
  return elements;
}

export function sha256Of(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Sections are views of memory, so they have the byte order of the machine. */
export function assertLittleEndian(): void {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
    throw new TaarError(
      'platform-unsupported',
      'halt',
      'model snapshots need a little-endian machine; use one of the platforms in package.json',
    );
  }
}
