/** The 23 bits of a hash that name an add-on in the item matrix. */
const POSITIVE_BITS = 0x7fffff;

/**
 * Java's string hash as TAAR takes it: over code points, where Java takes UTF-16 units, so that ids with astral
 * characters differ from Java's (spec/taar-serving.md section 5.1). A signed 32-bit number.
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

/** The number under which the item matrix knows an add-on. Different add-ons may share one. */
export function positiveHash(guid: string): number {
  return addonHash(guid) & POSITIVE_BITS;
}
