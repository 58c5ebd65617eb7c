import { type Sha256Hex, sha256Hex } from '../domain/client-key.ts';
import { PingRejection } from './ping-rejection.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id of a document in lower case. @throws PingRejection `document-id-invalid` where it is no UUID */
export function documentIdOf(text: unknown): string {
  const id = typeof text === 'string' ? text.toLowerCase() : '';
  if (!UUID.test(id)) throw new PingRejection('document-id-invalid', 'the document id must be a UUID');
  return id;
}

/**
 * A document id that may be kept. One that equals the client's id would put that into the log.
 * @throws PingRejection `document-id-invalid`
 */
export function keptDocumentId(text: unknown, clients: readonly (Sha256Hex | null)[]): string {
  const id = documentIdOf(text);
  if (clients.includes(sha256Hex(id))) {
    throw new PingRejection('document-id-invalid', 'the document id must not be the id of the client');
  }
  return id;
}
