import type { DecodedPing } from './decoded-ping.ts';
import { LargePingPool } from './large-ping-pool.ts';
import { bodyEncoding, decodePing, MAX_UNPACKED_BYTES, unpackBody } from './ping-body.ts';
import { PingRejection } from './ping-rejection.ts';
import type { GleanSubmission, LegacySubmission } from './submission.ts';

/**
 * Unpacking and parsing the worst JSON of this size (brackets only) holds the event loop for about 8 ms; what is
 * larger goes to another thread.
 */
export const MAX_INLINE_BYTES = 128 * 1024;

/** Unpacks and decodes bodies of pings, the small ones here and the large ones in threads of its own. */
export class PingDecoder {
  readonly #largePings = new LargePingPool();

  /**
   * Decodes a body; undefined where it was more than is kept of one.
   * @throws PingRejection, at once or later; TaarError of the threads (retry)
   */
  decode(
    body: Buffer | undefined,
    contentEncoding: string | undefined,
    submission: LegacySubmission | GleanSubmission,
  ): DecodedPing | Promise<DecodedPing> {
    if (body === undefined) {
      throw new PingRejection('too-large', `a ping may have at most ${MAX_UNPACKED_BYTES} bytes`);
    }
    const encoding = bodyEncoding(contentEncoding, body);
    const plain = unpackBody(body, encoding, MAX_INLINE_BYTES);
    if (plain !== undefined) return decodePing(plain, submission);
    return this.#largePings.decode({ body, encoding, submission });
  }

  /** Ends the threads; what they had not finished is rejected. */
  close(): Promise<void> {
    return this.#largePings.close();
  }
}
