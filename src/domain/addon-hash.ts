/** The 23 bits of a hash that name an add-on in the item matrix. */
const POSITIVE_BITS = 0x7fffff;

/**
 * Java's string hash as TAAR's service takes it: over code points, where Java takes UTF-16 units, so that ids with
 * astral characters differ from Java's (spec/taar-serving.md section 5.1). A signed 32-bit number.
 */
export function addonHash(guid: string): number {
  let hash = 0;
  for (let i = 0; i < guid.length; i++) {
    const codePoint = guid.codePointAt(i) ?? 0;
    hash = (Math.imul(31, hash) + codePoint) | 0;
    if (codePoint > 0xffff) i++;
  }
  return hash;
}

/** The number under which TAAR's service looks an add-on up in the item matrix. Different add-ons may share one. */
export function positiveHash(guid: string): number {
  return addonHash(guid) & POSITIVE_BITS;
}

/** Java's own string hash, as TAAR's trainer takes it (spec/taar-training.md section 9.4). A signed 32-bit number. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The number that TAAR's trainer writes for an add-on. */
export function positiveJavaHash(guid: string): number {
  return javaHash(guid) & POSITIVE_BITS;
}
