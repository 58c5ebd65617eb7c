import { randomBytes } from 'node:crypto';
import type { EpochMs } from './clock.ts';

const TIMED = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME_DIGITS = 12;
/** What the fourth group begins with, by two random bits. */
const VARIANTS = '89ab';
/** Of the 16 of an id; the time takes the others. */
export const REQUEST_ID_RANDOM_BYTES = 10;

/**
 * A new id of a deletion request: a UUID of version 7 (RFC 9562). It begins with the time of the request, so that the
 * receipt is looked for from there on only, and not in 400 days of receipts.
 * @param random REQUEST_ID_RANDOM_BYTES that nobody can guess
 */
export function requestIdAt(now: EpochMs, random: Buffer = randomBytes(REQUEST_ID_RANDOM_BYTES)): string {
  const time = now.toString(16).padStart(TIME_DIGITS, '0');
  const hex = random.toString('hex', 0, REQUEST_ID_RANDOM_BYTES);
  const variant = VARIANTS.charAt((random.readUInt8(2) >> 4) & 3);
  const rest = `7${hex.slice(1, 4)}-${variant}${hex.slice(5, 8)}-${hex.slice(8)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest}`;
}

/** When a request id was made; undefined for one that does not tell. */
export function timeOfRequestId(requestId: string): EpochMs | undefined {
  if (!TIMED.test(requestId)) return undefined;
  return Number.parseInt(requestId.replace('-', '').slice(0, TIME_DIGITS), 16);
}
