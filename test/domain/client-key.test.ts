import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ClientKeys, parseClientKey, parseSha256Hex, sha256Hex } from '../../src/domain/client-key.ts';

const ID = 'c4582ba1-79fc-1f47-ae2a-671118dccd8b';

describe('a sha256hex', () => {
  it('is read only as 64 lower-case hex digits', () => {
    const sha = sha256Hex(ID);
    expect(parseSha256Hex(sha)).toBe(sha);
    for (const text of [sha.toUpperCase(), sha.slice(1), `${sha}0`, `${sha}\n`, ID, ''])
      expect([parseSha256Hex(text), parseClientKey(text)]).toEqual([undefined, undefined]);
  });

  it('is that of the UTF-8 text', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
});

describe('client keys', () => {
  it('are the sha256hex itself where there is no pepper', () => {
    expect(new ClientKeys(undefined).of(sha256Hex(ID))).toBe(sha256Hex(ID));
  });

  it('cannot be told from the sha256hex where there is one, and differ from pepper to pepper', () => {
    const keys = ['one', 'two'].map((pepper) => new ClientKeys(pepper).of(sha256Hex(ID)));
    expect(new Set([...keys, sha256Hex(ID)]).size).toBe(3);
    for (const key of keys) expect(parseClientKey(key)).toBe(key);
    expect(new ClientKeys('one').of(sha256Hex(ID))).toBe(keys[0]);
  });

  it('are HMAC-SHA256 under the pepper: stores of before are read with them', () => {
    for (const pepper of ['a pepper of some length', 'ä'.repeat(32), 'é'.repeat(100)]) {
      const expected = createHmac('sha256', pepper).update(sha256Hex(ID)).digest('hex');
      expect(new ClientKeys(pepper).of(sha256Hex(ID))).toBe(expected);
    }
  });

  it('have a check value that tells peppers apart and is no key', () => {
    const values = [undefined, 'one', 'two'].map((pepper) => new ClientKeys(pepper).checkValue());
    expect(new Set(values).size).toBe(3);
    expect(values.map(parseClientKey)).toEqual([undefined, undefined, undefined]);
  });
});
