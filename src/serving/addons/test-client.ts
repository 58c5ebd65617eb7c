import { createHash } from 'node:crypto';

/**
 * True for ids that testers make up: one character over and over, dashes aside (spec/taar-serving.md section 3).
 * Looked at before the id is taken for a client's.
 */
export function isTestClient(id: string): boolean {
  let first: string | undefined;
  for (const character of id) {
    if (character === '-') continue;
    first ??= character;
    // On every request: nearly all ids are told by their second character.
    if (character !== first) return false;
  }
  return first !== undefined;
}

/** The score that a test client sees for an add-on: the SHA-256 of its id, modulo 100, as a fraction. */
export function testScore(guid: string): number {
  return Number(BigInt(`0x${createHash('sha256').update(guid).digest('hex')}`) % 100n) / 100;
}
