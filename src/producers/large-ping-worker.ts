import { parentPort } from 'node:worker_threads';
import type { DecodedPing } from './decoded-ping.ts';
import { type BodyEncoding, decodePing, MAX_UNPACKED_BYTES, unpackBody } from './ping-body.ts';
import { PingRejection, type RejectionCode } from './ping-rejection.ts';
import type { GleanSubmission, LegacySubmission } from './submission.ts';

/** A body to unpack and decode. Raw client ids cross to this thread only inside the body's bytes. */
export interface LargePingTask {
  readonly task: number;
  readonly body: Uint8Array;
  readonly encoding: BodyEncoding;
  readonly submission: LegacySubmission | GleanSubmission;
}

/** What the thread found. */
export type LargePingResult =
  | { readonly task: number; readonly ping: DecodedPing }
  | { readonly task: number; readonly rejected: RejectionCode; readonly message: string };

function decode({ task, body, encoding, submission }: LargePingTask): LargePingResult {
  try {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const plain = unpackBody(bytes, encoding, MAX_UNPACKED_BYTES);
    if (plain === undefined) {
      throw new PingRejection('too-large', `a ping may have at most ${MAX_UNPACKED_BYTES} bytes`);
    }
    return { task, ping: decodePing(plain, submission) };
  } catch (error) {
    if (!(error instanceof PingRejection)) throw error;
    return { task, rejected: error.code, message: error.message };
  }
}

parentPort?.on('message', (task: LargePingTask) => parentPort?.postMessage(decode(task)));
