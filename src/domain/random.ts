/**
 * Counter-based random numbers: each draw depends only on (seed, purpose, entity, counter), never on what was
 * drawn before, so leaving one client out changes nobody else's numbers.
 */
export type Uniforms = (counter: number) => number;

/** The uniforms in [0, 1) of one entity for one purpose. */
export function uniformsOf(seed: number, purpose: string, entity: string | number): Uniforms {
  const key = hash32(`${purpose}\u0000${entity}`, seed >>> 0);
  return (counter) => (mix32(key ^ mix32(counter + 0x9e3779b9)) >>> 5) / 2 ** 27;
}

function hash32(text: string, seed: number): number {
  let h = mix32(seed ^ 0x85ebca6b);
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= h >>> 15;
  }
  return mix32(h);
}

/** A bijective 32-bit finaliser (Murmur3's constants). */
function mix32(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
