import { createHash } from 'node:crypto';
import type { Brand } from './brand.ts';
import { KeyedHash } from './keyed-hash.ts';

/** Lower-case hex SHA-256 of a telemetry client id: what Firefox and AMO put into URLs. */
export type Sha256Hex = Brand<string, 'Sha256Hex'>;

/** The only name that the system has for a client: 64 lower-case hex digits (DESIGN section 5). */
export type ClientKey = Brand<string, 'ClientKey'>;

/** A shorter pepper could be found by trying. */
export const MIN_PEPPER_CHARACTERS = 16;

const HEX_64 = /^[0-9a-f]{64}$/;

/** Reads a sha256hex as a URL or a deletion request gives it; undefined where it is none. */
export function parseSha256Hex(text: string): Sha256Hex | undefined {
  return HEX_64.test(text) ? (text as Sha256Hex) : undefined;
}

/** Takes a client key out of a record that this system wrote; undefined where it is none. */
export function parseClientKey(text: string): ClientKey | undefined {
  return HEX_64.test(text) ? (text as ClientKey) : undefined;
}

/** Makes client keys. With a pepper, a stolen store cannot be joined with a list of client ids. */
export class ClientKeys {
  readonly #hash: KeyedHash | undefined;

  constructor(pepper: string | undefined) {
    this.#hash = pepper === undefined ? undefined : new KeyedHash(Buffer.from(pepper));
  }

  /** The key of a client whose sha256hex is known. */
  of(sha: Sha256Hex): ClientKey {
    if (this.#hash === undefined) return sha as string as ClientKey;
    return this.#hash.of(sha, 'hex') as ClientKey;
  }

  /** A value that tells two peppers apart and from which none can be found; kept in the log. */
  checkValue(): string {
    return this.#hash?.of('taar-stream pepper check', 'hex').slice(0, 16) ?? 'none';
  }
}

/** SHA-256 of UTF-8 text as the branded hex. For the one function that hashes raw ids, and for tests. */
export function sha256Hex(text: string): Sha256Hex {
  return createHash('sha256').update(text, 'utf8').digest('hex') as Sha256Hex;
}
