import { createHash } from 'node:crypto';

/**
 * True for ids that testers make up: one character over and over, dashes aside (spec/taar-serving.md section 3).
 * Looked at before the id is taken for a client's.
 */
export function isTestClient(id: string): boolean {
  return new Set(id.replaceAll('-', '')).size === 1;
}

/** The score that a test client sees for an add-on: the SHA-256 of its id, modulo 100, as a fraction. */
export function testScore(guid: string): number {
  return Number(BigInt(`0x${createHash('sha256').update(guid).digest('hex')}`) % 100n) / 100;
}
