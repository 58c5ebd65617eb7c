import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedHash } from '../../../src/serving/feedback/keyed-hash.ts';

describe('KeyedHash', () => {
  it('is HMAC-SHA256, whatever it hashed before', () => {
    const keys = fc.uint8Array({ maxLength: 64 });
    const messages = fc.array(fc.uint8Array({ maxLength: 128 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(keys, messages, (key, each) => {
        const keyed = new KeyedHash(key);
        for (const message of each) {
          const expected = createHmac('sha256', key).update(message).digest('hex');
          expect(keyed.of(message).toString('hex')).toBe(expected);
        }
      }),
    );
  });

  it('refuses what it has no room for', () => {
    expect(() => new KeyedHash(new Uint8Array(65))).toThrow(RangeError);
    expect(() => new KeyedHash(new Uint8Array(32)).of(new Uint8Array(129))).toThrow(RangeError);
  });

  it('has forgotten its key', () => {
    const key = Buffer.alloc(32, 7);
    const message = Buffer.from('message');
    const keyed = new KeyedHash(key);
    const before = keyed.of(message);
    keyed.forget();
    expect(keyed.of(message).equals(before)).toBe(false);
    expect(key.every((byte) => byte === 7)).toBe(true);
  });
});
