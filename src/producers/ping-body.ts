import { gunzipSync } from 'node:zlib';
import type { DecodedPing } from './decoded-ping.ts';
import { assertHidesClient } from './exposed-id.ts';
import { decodeGleanPing } from './glean-ping.ts';
import { isGzipped } from './gzip-magic.ts';
import { isJsonObject } from './json-field.ts';
import { decodeLegacyPing } from './legacy-ping.ts';
import { PingRejection } from './ping-rejection.ts';
import type { GleanSubmission, LegacySubmission } from './submission.ts';

/** A ping is never larger unpacked; stops decompression bombs (the original's edge has about the same limit). */
export const MAX_UNPACKED_BYTES = 2 * 2 ** 20;

/** How the bytes of a body are packed. */
export type BodyEncoding = 'gzip' | 'plain';

/** The size of the first piece that a body is unpacked into; zlib takes no less than 64 bytes. */
const MIN_CHUNK_BYTES = 1_024;
const MAX_CHUNK_BYTES = 65_536;

/**
 * How a body is packed: as `content-encoding` says, or without one as its first bytes do.
 * @throws PingRejection `encoding-unknown`
 */
export function bodyEncoding(contentEncoding: string | undefined, body: Uint8Array): BodyEncoding {
  switch (contentEncoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return isGzipped(body) ? 'gzip' : 'plain';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    default:
      throw new PingRejection('encoding-unknown', 'content-encoding must be gzip or absent');
  }
}

/**
 * The plain bytes of a body; undefined where they are more than `maxBytes`.
 * @throws PingRejection `empty-body`, `not-gzip`
 */
export function unpackBody(body: Buffer, encoding: BodyEncoding, maxBytes: number): Buffer | undefined {
  if (body.length === 0) throw new PingRejection('empty-body', 'the request has no body');
  if (encoding === 'plain') return body.length > maxBytes ? undefined : body;
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes, chunkSize: statedBytes(body) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw new PingRejection('not-gzip', 'the body is no complete gzip stream');
  }
}

/**
 * What a gzip stream says at its end of its plain length, so that it is unpacked into memory of that size. A wrong
 * figure costs time or memory within these bounds, nothing else.
 */
function statedBytes(gzip: Buffer): number {
  if (gzip.length < 4) return MIN_CHUNK_BYTES;
  return Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, gzip.readUInt32LE(gzip.length - 4)));
}

/** Decodes the plain bytes of a ping of a type that is used. @throws PingRejection */
export function decodePing(plain: Buffer, submission: LegacySubmission | GleanSubmission): DecodedPing {
  const ping = parseJson(plain);
  if (!isJsonObject(ping)) throw new PingRejection('wrong-shape', 'a ping must be a JSON object');
  const decoded =
    submission.kind === 'legacy' ? decodeLegacyPing(ping, submission) : decodeGleanPing(ping, submission);
  if (decoded.kind === 'observation') assertHidesClient(decoded);
  return decoded;
}

function parseJson(plain: Buffer): unknown {
  try {
    return JSON.parse(plain.toString('utf8'));
  } catch {
    // The parser's message quotes the text.
    throw new PingRejection('not-json', 'the body is no JSON');
  }
}
