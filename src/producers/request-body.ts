import type { IncomingMessage } from 'node:http';
import { TaarError } from '../domain/errors.ts';
import { PingRejection } from './ping-rejection.ts';

/** A request body as it came over the wire. */
export interface RequestBody {
  /** All of it; undefined where it was more than was to be kept. */
  readonly bytes: Buffer | undefined;
  /** How many bytes came. */
  readonly size: number;
}

/**
 * What is read of a body that is not kept, so that its sender hears the answer and the connection can be used
 * again. A sender that goes on longer is cut off.
 */
export const MAX_DRAINED_BYTES = 64 * 2 ** 20;

/**
 * Reads a body to its end and keeps at most `keepBytes`. The server's request time-out ends a body that dribbles.
 * @param keep told how many more bytes are kept, as they come
 * @throws PingRejection `too-large` where it does not end; TaarError `body-interrupted` (retry) where it breaks off;
 *   what `keep` throws
 */
export function readBody(
  request: IncomingMessage,
  keepBytes: number,
  keep: (bytes: number) => void = () => {},
): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    let kept: Buffer[] | undefined = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_DRAINED_BYTES) {
        request.pause();
        fail(new PingRejection('too-large', 'the body of a request did not end'));
        return;
      }
      if (size > keepBytes) kept = undefined;
      if (kept === undefined) return;
      try {
        keep(chunk.length);
        kept.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stopListening();
      resolve({ bytes: kept && joined(kept), size });
    };
    const onClose = (): void => fail(interrupted());
    const fail = (error: unknown): void => {
      stopListening();
      reject(error);
    };
    const stopListening = (): void => {
      request.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose);
    };
    if (request.destroyed) return fail(interrupted());
    request.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose);
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

function interrupted(): TaarError {
  return new TaarError('body-interrupted', 'retry', 'the body of a request broke off');
}
