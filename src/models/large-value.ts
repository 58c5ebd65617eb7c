/** Smaller values may stand in memory that others use as well. */
const LARGE_VALUE_BYTES = 64 * 1024;

/**
 * Gives the memory of a large value, of which the caller is the only owner, back at once: collecting the garbage of
 * a hundred chunks would hold the event loop for longer than all the rest of a swap.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  const isAlone = byteLength >= LARGE_VALUE_BYTES && 2 * byteLength > buffer.byteLength;
  if (isAlone && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
