import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AnswerTokens,
  newTokenContent,
  readToken,
  type TokenContent,
} from '../../../src/serving/feedback/answer-tokens.ts';
import { DailyPseudonyms } from '../../../src/serving/feedback/daily-pseudonyms.ts';

const TOKENS = new AnswerTokens('a key of some length');
const OTHER_TOKENS = new AnswerTokens('another key of some length');
const TOKEN_CHARACTERS = 56;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const content: fc.Arbitrary<TokenContent> = fc
  .record({
    at: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    bytes: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  })
  .map(({ at, bytes }) => {
    const random = Buffer.from(bytes);
    const pseudonym = new DailyPseudonyms(() => random.subarray(0, 12)).of(undefined, at);
    return newTokenContent(at, pseudonym, () => random.subarray(12));
  });

describe('AnswerTokens', () => {
  it('gives back what it signed, under the same key only', () => {
    fc.assert(
      fc.property(content, (signed) => {
        const token = TOKENS.sign(signed);
        expect(token).toHaveLength(TOKEN_CHARACTERS);
        expect(TOKENS.verify(token)).toEqual(signed);
        expect(new AnswerTokens('a key of some length').verify(token)).toEqual(signed);
        expect(OTHER_TOKENS.verify(token)).toBeUndefined();
      }),
    );
  });

  it('takes no token of which a character was changed', () => {
    const place = fc.integer({ min: 0, max: TOKEN_CHARACTERS - 1 });
    const character = fc.constantFrom(...ALPHABET);
    fc.assert(
      fc.property(content, place, character, (signed, at, changed) => {
        const token = TOKENS.sign(signed);
        fc.pre(token[at] !== changed);
        expect(TOKENS.verify(token.slice(0, at) + changed + token.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it('takes no text of another form', () => {
    const [signed] = fc.sample(content, 1);
    const token = TOKENS.sign(signed as TokenContent);
    const wrong = [
      '',
      token.slice(1),
      `${token}A`,
      `${token}=`,
      ` ${token}`,
      `${token}\n`,
      token.slice(0, 54),
    ];
    for (const text of [...wrong, `${token.slice(0, 55)}+`]) {
      expect(TOKENS.verify(text)).toBeUndefined();
      expect(readToken(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => TOKENS.verify(text) === undefined));
  });

  it('can be read without the key, to look something up', () => {
    fc.assert(
      fc.property(content, (signed) => {
        expect(readToken(TOKENS.sign(signed))).toEqual(signed);
      }),
    );
  });
});
