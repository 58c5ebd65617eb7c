import { MAX_INTEGER } from './storable-integer.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SECOND_OFFSET = 0x9747b28c;
const SECOND_PRIME = 0x5bd1e995;

/**
 * A 53-bit mark of a document id: enough to know a ping again among the hundreds that one client can send in a day
 * (two of 512 fall together once in 10^10 days), in a fifth of the bytes of the id.
 */
export function documentMark(documentId: string): number {
  let high = FNV_OFFSET;
  let low = SECOND_OFFSET;
  for (let i = 0; i < documentId.length; i++) {
    const unit = documentId.charCodeAt(i);
    high = Math.imul(high ^ unit, FNV_PRIME);
    low = Math.imul(low ^ unit, SECOND_PRIME);
    low ^= low >>> 15;
  }
  return Math.min((high >>> 0) * 2 ** 21 + (low >>> 11), MAX_INTEGER);
}
