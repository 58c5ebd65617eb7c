import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { DAY_MS } from '../../../src/domain/clock.ts';
import { DailyPseudonyms } from '../../../src/serving/feedback/daily-pseudonyms.ts';

const KEYS = new ClientKeys(undefined);
const ONE = KEYS.of(sha256Hex('one'));
const OTHER = KEYS.of(sha256Hex('other'));
const NOON = Date.parse('2026-11-22T12:00:00Z');

/** Random bytes that never repeat, and that the test still holds. */
function numbered() {
  const given: Buffer[] = [];
  const random = (count: number): Buffer => {
    const bytes = Buffer.alloc(count, given.length + 1);
    given.push(bytes);
    return bytes;
  };
  return { given, random };
}

describe('DailyPseudonyms', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives a client one pseudonym a UTC day, and each client another', () => {
    const pseudonyms = new DailyPseudonyms();
    const first = pseudonyms.of(ONE, NOON);
    expect(first).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(pseudonyms.of(ONE, NOON + DAY_MS / 2 - 1)).toBe(first);
    expect(pseudonyms.of(OTHER, NOON)).not.toBe(first);
  });

  it('gives another the next day, and none again when the clock goes back', () => {
    const pseudonyms = new DailyPseudonyms();
    const days = [0, 1, 0].map((day) => pseudonyms.of(ONE, NOON + day * DAY_MS));
    expect(new Set(days).size).toBe(3);
  });

  it('differs from process to process', () => {
    expect(new DailyPseudonyms().of(ONE, NOON)).not.toBe(new DailyPseudonyms().of(ONE, NOON));
  });

  it('does not hold the client key, nor what follows from it alone', () => {
    const { random } = numbered();
    const pseudonym = Buffer.from(new DailyPseudonyms(random).of(ONE, NOON), 'base64url').toString('hex');
    expect(ONE).not.toContain(pseudonym);
    expect(sha256Hex(ONE)).not.toContain(pseudonym);
  });

  it('keeps no key beside the hash, and takes a new one when the day has ended', () => {
    const { given, random } = numbered();
    const pseudonyms = new DailyPseudonyms(random);
    pseudonyms.of(ONE, NOON);
    expect(given.map((key) => key.every((byte) => byte === 0))).toEqual([true]);
    vi.advanceTimersByTime(DAY_MS / 2 - 1);
    pseudonyms.of(ONE, NOON);
    expect(given).toHaveLength(1);
    // Midnight passes, and nobody asks: the key of the day is gone all the same.
    vi.advanceTimersByTime(1);
    pseudonyms.of(ONE, NOON);
    expect(given).toHaveLength(2);
  });

  it('gives who has no key a fresh one for each answer', () => {
    const pseudonyms = new DailyPseudonyms();
    const fresh = Array.from({ length: 100 }, () => pseudonyms.of(undefined, NOON));
    expect(new Set(fresh).size).toBe(100);
  });
});
