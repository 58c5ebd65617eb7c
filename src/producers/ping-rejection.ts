import { TaarError } from '../domain/errors.ts';

/** Why a ping was refused, and the HTTP status that says so. Stable: they are metric labels and record fields. */
export const REJECTION_STATUS = {
  'empty-body': 400,
  'encoding-unknown': 400,
  'not-gzip': 400,
  'not-json': 400,
  'wrong-shape': 400,
  'version-unsupported': 400,
  'type-mismatch': 400,
  'document-id-invalid': 400,
  'client-id-invalid': 400,
  'client-id-exposed': 400,
  'created-at-invalid': 400,
  'addon-invalid': 400,
  'too-many-addons': 400,
  'too-large': 413,
} as const;

export type RejectionCode = keyof typeof REJECTION_STATUS;

/** A ping that must not be published. The message names the field, never what stood in it. */
export class PingRejection extends TaarError {
  declare readonly code: RejectionCode;

  constructor(code: RejectionCode, message: string) {
    super(code, 'dead-letter', message);
    this.name = 'PingRejection';
  }

  /** The HTTP status of the answer. */
  get status(): number {
    return REJECTION_STATUS[this.code];
  }
}
