const GZIP_MAGIC = [0x1f, 0x8b];

/** True where the first bytes say that these are gzipped. */
export function isGzipped(bytes: Uint8Array): boolean {
  return GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
}
