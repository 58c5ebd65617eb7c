import { messageOf, TaarError } from '../../domain/errors.ts';

/** What the brokers say when somebody else has taken over a transactional id. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']);

/** Refusals that no waiting mends: rights, names, and records that are too large. */
const LASTING = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'UNSUPPORTED_VERSION',
  'INVALID_TOPIC_EXCEPTION',
]);

/** What the client says itself when the brokers do not believe who it is. */
const UNBELIEVED = 'KafkaJSSASLAuthenticationError';

/** The brokers' name for what went wrong, also where the client has wrapped it; undefined for other failures. */
export function brokerErrorOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('type' in at && typeof at.type === 'string') return at.type;
    if (at.name === UNBELIEVED) return 'SASL_AUTHENTICATION_FAILED';
  }
  return undefined;
}

/** True when another process holds the transactional id now, or the broker has taken it away after a time-out. */
export function isFenced(error: unknown): boolean {
  return FENCED.has(brokerErrorOf(error) ?? '');
}

/** True when the brokers have not quite ended the transaction before: it is confirmed first and ended then. */
export function isEndingStill(error: unknown): boolean {
  return brokerErrorOf(error) === 'CONCURRENT_TRANSACTIONS';
}

/** True when a fetch asked for an offset that the partition does not have. */
export function isOutOfRange(error: unknown): boolean {
  return brokerErrorOf(error) === 'OFFSET_OUT_OF_RANGE';
}

/** Any failure of the client as ours: nearly all of them pass, for a cluster is mended while we wait. */
export function asLogError(error: unknown, doing: string): TaarError {
  if (error instanceof TaarError) return error;
  const type = brokerErrorOf(error);
  if (type !== undefined && LASTING.has(type)) {
    return new TaarError(
      'log-refused',
      'halt',
      `Kafka refused ${doing} (${type}); mend its rights or settings`,
      {
        cause: error,
      },
    );
  }
  return new TaarError(
    'log-unavailable',
    'retry',
    `Kafka could not carry out ${doing}: ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}
