/**
 * The inner parts of kafkajs 2.2.4 that are used here, below its consumer; the package has types for its outside
 * only. Its version is pinned, and it gets no more releases: these do not move.
 */
declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, KafkaConfig, Logger, RetryOptions } from 'kafkajs';

  export interface FetchRequest {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      /** Decimal. */
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }

  export interface RawMessage {
    /** Decimal. */
    readonly offset: string;
    /** Decimal, ms since 1970. */
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>>;
    /** True: the end of a transaction, written by the broker. */
    readonly isControlRecord: boolean;
    readonly batchContext: {
      readonly firstOffset: string;
      readonly lastOffsetDelta: number;
      readonly producerId: string;
      readonly inTransaction: boolean;
    };
  }

  export interface AbortedTransaction {
    readonly producerId: string;
    readonly firstOffset: string;
  }

  export interface FetchedPartition {
    readonly partition: number;
    readonly lastStableOffset: string;
    readonly abortedTransactions: readonly AbortedTransaction[] | null;
    readonly messages: readonly RawMessage[];
  }

  export interface Broker {
    readonly nodeId: string;
    fetch(request: {
      readonly maxWaitTime: number;
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly isolationLevel: number;
      readonly topics: readonly FetchRequest[];
    }): Promise<{
      readonly responses: readonly {
        readonly topicName: string;
        readonly partitions: readonly FetchedPartition[];
      }[];
    }>;
    offsetFetch(request: {
      readonly groupId: string;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
      }[];
    }): Promise<{
      readonly responses: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[];
    }>;
  }

  export interface TopicOffsets {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }

  export interface ClusterOptions
    extends Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl' | 'clientId' | 'connectionTimeout'> {
    readonly logger: Logger;
    readonly socketFactory: ISocketFactory;
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
    readonly metadataMaxAge: number;
    readonly retry: RetryOptions;
    readonly allowAutoTopicCreation: boolean;
    readonly isolationLevel: number;
  }

  export default class Cluster {
    constructor(options: ClusterOptions);
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    isConnected(): boolean;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    removeBroker(address: { host: string; port: number }): void;
    findBroker(options: { nodeId: string }): Promise<Broker>;
    findGroupCoordinator(options: { groupId: string }): Promise<Broker>;
    /** Partition numbers by the id of the node that leads them. */
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
    findTopicPartitionMetadata(topic: string): { readonly partitionId: number; readonly leader: number }[];
    fetchTopicsOffset(
      topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
        readonly fromBeginning: boolean;
      }[],
    ): Promise<TopicOffsets[]>;
  }
}

declare module 'kafkajs/src/consumer/consumerGroup.js' {
  import type { Assigner, Logger, RetryOptions } from 'kafkajs';
  import type Cluster from 'kafkajs/src/cluster/index.js';
  import type { Broker } from 'kafkajs/src/cluster/index.js';

  /** Membership of a consumer group; what it can do beyond that is not used. */
  export default class ConsumerGroup {
    readonly memberId: string | null;
    readonly generationId: number | null;
    /** The node that keeps the group; found anew by `joinAndSync`. */
    coordinator: Broker | null;
    constructor(options: {
      readonly retry: RetryOptions;
      readonly cluster: Cluster;
      readonly groupId: string;
      readonly topics: readonly string[];
      readonly topicConfigurations: Readonly<Record<string, { readonly fromBeginning: boolean }>>;
      readonly logger: Logger;
      readonly instrumentationEmitter: { emit(name: string, payload?: unknown): void };
      readonly assigners: readonly Assigner[];
      readonly sessionTimeout: number;
      readonly rebalanceTimeout: number;
      readonly autoCommit: false;
    });
    connect(): Promise<void>;
    joinAndSync(): Promise<void>;
    heartbeat(options: { interval: number }): Promise<void>;
    leave(): Promise<void>;
    assigned(): readonly { readonly topic: string; readonly partitions: readonly number[] }[];
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';

  export default function createSocketFactory(): ISocketFactory;
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { Logger, logCreator, logLevel } from 'kafkajs';

  const loggers: { createLogger(options: { level: logLevel; logCreator: logCreator }): Logger };
  export default loggers;
}

declare module 'kafkajs/src/consumer/assigners/roundRobinAssigner/index.js' {
  import type { Assigner } from 'kafkajs';
  import type Cluster from 'kafkajs/src/cluster/index.js';

  export default function roundRobinAssigner(options: { readonly cluster: Cluster }): Assigner;
}
