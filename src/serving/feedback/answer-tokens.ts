import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '../../domain/clock.ts';
import { KeyedHash } from '../../domain/keyed-hash.ts';
import type { RandomBytes } from '../../domain/random-reserve.ts';
import { PSEUDONYM_BYTES, type Pseudonym } from './daily-pseudonyms.ts';

const TIME_BYTES = 6;
/** Answers of one client in one millisecond must not share an id by chance. */
const ID_BYTES = 8;
/** 128 bits: nobody makes a token by trying. */
const MAC_BYTES = 16;
const CONTENT_BYTES = TIME_BYTES + PSEUDONYM_BYTES + ID_BYTES;
const TOKEN_BYTES = CONTENT_BYTES + MAC_BYTES;

/**
 * 42 bytes in base64url: no bit is left over, so a token has one spelling only. It begins with the time and so, until
 * the year 2527, with an A: never with a dash that a command line would take for an option.
 */
export const TOKEN_FORM = '^[A-Za-z0-9_-]{56}$';
const FORM = new RegExp(TOKEN_FORM);

/** What a token says. */
export interface TokenContent {
  readonly at: EpochMs;
  readonly pseudonym: Pseudonym;
  /** The random part, base64url: names the answer among those of its pseudonym. */
  readonly id: string;
}

/** The content for a new answer. */
export function newTokenContent(
  at: EpochMs,
  pseudonym: Pseudonym,
  random: RandomBytes = randomBytes,
): TokenContent {
  return { at, pseudonym, id: random(ID_BYTES).toString('base64url') };
}

/**
 * What a token claims, whoever made it; undefined where the text has not the form of one. To look something up with:
 * what is to be believed goes through `AnswerTokens.verify`.
 */
export function readToken(text: string): TokenContent | undefined {
  return FORM.test(text) ? contentIn(Buffer.from(text, 'base64url')) : undefined;
}

/** Makes and checks tokens: whoever holds one can speak about that answer, and cannot make another. */
export class AnswerTokens {
  readonly #hash: KeyedHash;

  /** @param key the same on all nodes whose tokens are to be taken */
  constructor(key: string) {
    // The purpose is part of the key: what is signed here is valid nowhere else, even under the same secret.
    const purpose = `taar-stream answer token 1\u0000${key}`;
    this.#hash = new KeyedHash(createHash('sha256').update(purpose).digest());
  }

  sign({ at, pseudonym, id }: TokenContent): string {
    const bytes = Buffer.allocUnsafe(TOKEN_BYTES);
    bytes.writeUIntBE(at, 0, TIME_BYTES);
    bytes.write(pseudonym, TIME_BYTES, PSEUDONYM_BYTES, 'base64url');
    bytes.write(id, TIME_BYTES + PSEUDONYM_BYTES, ID_BYTES, 'base64url');
    bytes.write(this.#macOf(bytes), CONTENT_BYTES, MAC_BYTES, 'binary');
    return bytes.toString('base64url');
  }

  /** What a token says; undefined where it was not made with this key. How long it takes says nothing about the key. */
  verify(text: string): TokenContent | undefined {
    if (!FORM.test(text)) return undefined;
    const bytes = Buffer.from(text, 'base64url');
    const expected = Buffer.from(this.#macOf(bytes), 'binary').subarray(0, MAC_BYTES);
    return timingSafeEqual(expected, bytes.subarray(CONTENT_BYTES)) ? contentIn(bytes) : undefined;
  }

  /** One character a byte; longer than what a token has of it. */
  #macOf(bytes: Buffer): string {
    return this.#hash.of(bytes.subarray(0, CONTENT_BYTES), 'binary');
  }
}

function contentIn(bytes: Buffer): TokenContent {
  const idFrom = TIME_BYTES + PSEUDONYM_BYTES;
  return {
    at: bytes.readUIntBE(0, TIME_BYTES),
    pseudonym: bytes.toString('base64url', TIME_BYTES, idFrom) as Pseudonym,
    id: bytes.toString('base64url', idFrom, CONTENT_BYTES),
  };
}
