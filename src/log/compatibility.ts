import type avro from 'avsc';
import { messageOf, TaarError } from '../domain/errors.ts';

/**
 * FULL compatibility of two versions of a schema: each can read what the other wrote.
 * @throws TaarError `schema-incompatible` (halt) naming the type and what does not fit
 */
export function assertFullyCompatible(name: string, current: avro.Type, earlier: avro.Type): void {
  try {
    current.createResolver(earlier);
    earlier.createResolver(current);
  } catch (error) {
    throw new TaarError(
      'schema-incompatible',
      'halt',
      `the schema of ${name} cannot be exchanged with an earlier version (${messageOf(error)}); ` +
        'add fields with a default, and give a new meaning a new record type or topic version',
    );
  }
}
