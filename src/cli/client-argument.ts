import { parseSha256Hex, type Sha256Hex } from '../domain/client-key.ts';
import { hashRawClientId } from '../producers/raw-client-id.ts';
import type { CommandIo } from './command-io.ts';
import { UsageError } from './failure.ts';

/** The help text of an argument that names a client. */
export const CLIENT_ARGUMENT =
  "the client's id; '-' reads it from standard input, so that no history keeps it";
export const SHA256_OPTION = [
  '--sha256',
  "the argument is the id's SHA-256 (64 hex digits), not the id",
] as const;

const HOW =
  'a client id is a UUID in lower case with dashes, as about:telemetry shows it; ' +
  'for its SHA-256 add --sha256';

/**
 * The hash of the client that an argument names. A raw id goes no further than this.
 * @throws UsageError where the argument names nobody; it never repeats the argument
 */
export async function readClientArgument(
  argument: string,
  isHash: boolean,
  io: CommandIo,
): Promise<Sha256Hex> {
  const text = (argument === '-' ? await io.readInput() : argument).trim();
  if (isHash) {
    const sha = parseSha256Hex(text);
    if (sha === undefined) throw new UsageError('that is no SHA-256: it takes 64 hex digits in lower case');
    return sha;
  }
  const hashed = hashRawClientId(text);
  if (hashed.kind === 'invalid') throw new UsageError(`that is no client id: ${HOW}`);
  if (hashed.kind === 'nobody') {
    throw new UsageError('that id is what Firefox sends when telemetry is off: it stands for nobody');
  }
  return hashed.sha;
}
