import kafkajs, {
  type Kafka,
  type KafkaConfig,
  type Logger as KafkaLogger,
  type LogEntry,
  type RetryOptions,
} from 'kafkajs';
import Cluster from 'kafkajs/src/cluster/index.js';
import loggers from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { Logger } from '../../ops/logging.ts';

/** How to reach a Kafka cluster, and what our names begin with there. */
export interface KafkaConnection {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Put before every topic, group and transactional id, so that two systems can share a cluster. */
  readonly prefix: string;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
}

/** Waits between the tries of the client: short enough that a broker which is back is noticed at once. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000 };
/** Writing goes on trying for as long as an outage lasts: giving up in the middle would lose the order. */
export const WRITE_RETRY = { ...RETRY, retries: 1_000 };
/** Reading and administration give up early: our own loops try again, say so, and can be stopped in between. */
export const READ_RETRY = { ...RETRY, retries: 3 };
/**
 * A transaction is tried for some 20 s: through the restart of a broker, and no longer than a partition that is given up
 * may take. It can be given up at any time, since the next owner finds out what became of it. The first tries follow
 * soon, for brokers end a transaction behind our back and refuse the next one until they have.
 */
export const TRANSACTION_RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 25 };
const CONNECT_TIMEOUT_MS = 2_000;
/** A broker that takes a request and never answers (a stopped process) counts as gone after this time. */
const REQUEST_TIMEOUT_MS = 10_000;
const METADATA_MAX_AGE_MS = 60_000;
const READ_COMMITTED = 1;

const { Kafka: KafkaClient, logLevel } = kafkajs;

/** The client for producers, which go on trying, and for administration, which must not. */
export function kafkaClient(connection: KafkaConnection, logger: Logger, retry: RetryOptions): Kafka {
  return new KafkaClient({
    ...networkOf(connection),
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => tell(logger, entry),
  });
}

/** Connections of their own for one reader: a fetch that waits for records holds its connection. */
export function readingCluster(connection: KafkaConnection, logger: Logger): Cluster {
  return new Cluster({
    ...networkOf(connection),
    logger: clientLogger(logger),
    socketFactory: createSocketFactory(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    retry: READ_RETRY,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
  });
}

/** The client's own logger, which writes to ours. */
export function clientLogger(logger: Logger): KafkaLogger {
  return loggers.createLogger({
    level: logLevel.INFO,
    logCreator: () => (entry) => tell(logger, entry),
  });
}

function networkOf({ brokers, clientId, ssl, sasl }: KafkaConnection) {
  return {
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

/**
 * For whoever looks for details: the client reports each of its tries as an error, and what matters comes back as the
 * failure of a call. Only its own names and texts are told: what else it attaches may quote what was sent.
 */
function tell(logger: Logger, { namespace, log }: LogEntry): void {
  logger.debug({ part: namespace }, `kafka client: ${log.message}`);
}
