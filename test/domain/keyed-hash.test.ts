import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedHash } from '../../src/domain/keyed-hash.ts';

describe('KeyedHash', () => {
  it('is HMAC-SHA256, whatever the length of the key and whatever it hashed before', () => {
    const keys = fc.uint8Array({ maxLength: 150 });
    const messages = fc.array(fc.uint8Array({ maxLength: 128 }), { minLength: 1, maxLength: 5 });
    const forms = fc.constantFrom('hex' as const, 'base64url' as const, 'binary' as const);
    fc.assert(
      fc.property(keys, messages, forms, (key, each, form) => {
        const keyed = new KeyedHash(key);
        for (const message of each) {
          const expected = createHmac('sha256', key).update(message).digest(form);
          expect(keyed.of(message, form)).toBe(expected);
          expect(keyed.of(Buffer.from(message).toString('binary'), form)).toBe(expected);
        }
      }),
    );
  });

  it('refuses what it has no room for', () => {
    expect(() => new KeyedHash(new Uint8Array(32)).of(new Uint8Array(129), 'hex')).toThrow(RangeError);
    expect(() => new KeyedHash(new Uint8Array(32)).of('m'.repeat(129), 'hex')).toThrow(RangeError);
  });

  it('has forgotten its key', () => {
    const key = Buffer.alloc(32, 7);
    const keyed = new KeyedHash(key);
    const before = keyed.of('message', 'hex');
    keyed.forget();
    expect(keyed.of('message', 'hex')).not.toBe(before);
    expect(key.every((byte) => byte === 7)).toBe(true);
  });
});
