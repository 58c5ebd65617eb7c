import { messageOf, TaarError } from '../../domain/errors.ts';
import type { Refusal } from './protocol.ts';

/** An error as it crosses threads. What SQLite raises is a log that cannot be used now. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof TaarError) {
    return { code: error.code, disposition: error.disposition, message: error.message };
  }
  return {
    code: 'log-unavailable',
    disposition: 'retry',
    message: `the log cannot be read or written: ${messageOf(error)}; look at disk space and permissions`,
  };
}

/** The error that a refusal stands for. */
export function asError({ code, disposition, message }: Refusal): TaarError {
  return new TaarError(code, disposition, message);
}
