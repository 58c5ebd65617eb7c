import { messageOf, TaarError } from '../domain/errors.ts';
import type { CommandIo } from './command-io.ts';

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
/** The command was not understood, or a setting is not usable: nothing was done. */
export const EXIT_USAGE = 2;

/** The command cannot be understood as it was given. */
export class UsageError extends TaarError {
  constructor(message: string) {
    super('usage', 'halt', message);
    this.name = 'UsageError';
  }
}

/** Tells what went wrong on standard error, as one JSON line where JSON was asked for, and gives the exit code. */
export function reportFailure(error: unknown, io: CommandIo, json: boolean): number {
  const code = error instanceof TaarError ? error.code : 'unexpected';
  if (json) {
    io.stderr.write(`${JSON.stringify({ error: { code, message: messageOf(error) } })}\n`);
  } else {
    const [first, ...more] = messageOf(error).split('\n');
    io.stderr.write(`taar: ${first}${error instanceof UsageError ? '' : ` (${code})`}\n`);
    for (const line of more) io.stderr.write(`${line}\n`);
    for (const cause of causesOf(error)) io.stderr.write(`  because: ${messageOf(cause)}\n`);
  }
  if (io.env.LOG_LEVEL === 'debug') io.stderr.write(`${stackOf(error)}\n`);
  else if (code === 'unexpected') io.stderr.write('  LOG_LEVEL=debug shows where it happened\n');
  return error instanceof UsageError || code === 'settings-invalid' ? EXIT_USAGE : EXIT_FAILURE;
}

function causesOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error) || error.cause === undefined) return [];
  return error.cause instanceof AggregateError ? error.cause.errors : [error.cause];
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
