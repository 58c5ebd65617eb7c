import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from '../../src/log/partition.ts';

/** What the Kafka Java client's Utils.murmur2 gives, as its own tests state. */
const JAVA: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

describe('murmur2', () => {
  it.each(JAVA)('of "%s" is what the Java client computes', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('takes bytes beyond 127 as unsigned', () => {
    expect(murmur2(Uint8Array.of(0xff, 0x80, 0x00))).not.toBe(murmur2(Uint8Array.of(0x7f, 0x00, 0x00)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const hash = murmur2(bytes);
        expect(hash).toBe(hash | 0);
        expect(murmur2(Buffer.from(bytes))).toBe(hash);
      }),
    );
  });
});

describe('the partition of a key', () => {
  it('is the positive hash modulo the number of partitions', () => {
    expect(partitionOf(Buffer.from('21'), 8)).toBe((-973932308 & 0x7fffffff) % 8);
    expect(partitionOf(Buffer.from('abc'), 8)).toBe(479470107 % 8);
  });

  it('is one that exists, and every one is used', () => {
    const used = new Set<number>();
    for (let i = 0; i < 200; i++) used.add(partitionOf(Buffer.from(`key ${i}`), 8));
    expect([...used].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
