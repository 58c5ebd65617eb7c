/** What the consumer runner does about a failure: try again, set the record aside, or stop the partition. */
export type Disposition = 'retry' | 'dead-letter' | 'halt';

/** An error with a stable code. Its message says what happened, to which thing, and what to do; never a payload. */
export class TaarError extends Error {
  readonly code: string;
  readonly disposition: Disposition;

  constructor(code: string, disposition: Disposition, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TaarError';
    this.code = code;
    this.disposition = disposition;
  }
}

/** The disposition of any thrown value; what nobody classified halts. */
export function dispositionOf(error: unknown): Disposition {
  return error instanceof TaarError ? error.disposition : 'halt';
}

/** A message for any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
