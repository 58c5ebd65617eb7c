import { randomBytes } from 'node:crypto';
import type { EpochMs } from './clock.ts';

const TIMED = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME_DIGITS = 12;
/** Of the 16 of an id; the time takes the others. */
export const REQUEST_ID_RANDOM_BYTES = 10;

/**
 * A new id of a deletion request: a UUID of version 7 (RFC 9562). It begins with the time of the request, so that the
 * receipt is looked for from there on only, and not in 400 days of receipts.
 * @param random REQUEST_ID_RANDOM_BYTES that nobody can guess
 */
export function requestIdAt(now: EpochMs, random: Uint8Array = randomBytes(REQUEST_ID_RANDOM_BYTES)): string {
  const time = now.toString(16).padStart(TIME_DIGITS, '0');
  const rest = Buffer.from(random);
  rest.writeUInt8(0x70 | (rest.readUInt8(0) & 0x0f), 0);
  rest.writeUInt8(0x80 | (rest.readUInt8(2) & 0x3f), 2);
  const hex = `${time}${rest.toString('hex')}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** When a request id was made; undefined for one that does not tell. */
export function timeOfRequestId(requestId: string): EpochMs | undefined {
  if (!TIMED.test(requestId)) return undefined;
  return Number.parseInt(requestId.replace('-', '').slice(0, TIME_DIGITS), 16);
}
