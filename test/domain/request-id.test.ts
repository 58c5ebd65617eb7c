import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { requestIdAt, timeOfRequestId } from '../../src/domain/request-id.ts';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('is a UUID that tells when it was made', () => {
  for (const now of [0, 1, Date.parse('2026-11-22T23:00:00.123Z'), 2 ** 48 - 1]) {
    const id = requestIdAt(now);
    expect(id).toMatch(UUID_7);
    expect(timeOfRequestId(id)).toBe(now);
  }
});

it('is made of the time and of the given bytes', () => {
  expect(requestIdAt(0x0123456789ab, Buffer.alloc(10, 0xff))).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
  expect(requestIdAt(0x0123456789ab, Buffer.alloc(10))).toBe('01234567-89ab-7000-8000-000000000000');
});

it('differs each time', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => requestIdAt(5))).size).toBe(1_000);
});

it('tells no time where it is of another kind', () => {
  expect(timeOfRequestId(randomUUID())).toBeUndefined();
  expect(timeOfRequestId('request-1')).toBeUndefined();
});
