import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster/index.js';
import roundRobinAssigner from 'kafkajs/src/consumer/assigners/roundRobinAssigner/index.js';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { messageOf } from '../../domain/errors.ts';
import type { Logger } from '../../ops/logging.ts';
import { clientLogger, type KafkaConnection, readingCluster } from './connection.ts';
import { asLogError, brokerErrorOf } from './kafka-errors.ts';

export interface GroupTiming {
  /** A member that is not heard of for so long has lost its partitions. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** What is in flight when partitions are given up may take so long; then it is abandoned, and nothing committed. */
  readonly drainMs: number;
}

export const DEFAULT_GROUP_TIMING: GroupTiming = {
  sessionTimeoutMs: 6_000,
  heartbeatMs: 500,
  drainMs: 20_000,
};

/** How long the others wait for a member that finishes its batches: longer than it is allowed to. */
const REBALANCE_MARGIN_MS = 10_000;
/** Keeps a cluster that cannot answer from being asked without a pause. */
const RETRY_MS = 500;

const REBALANCE = 'REBALANCE_IN_PROGRESS';
/** The group goes on without this member. */
const EXPELLED: ReadonlySet<string> = new Set([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]);

/**
 * Works on some partitions until the signal aborts; resolves when the last batch is done with. When `abandoned` aborts
 * as well, batches in flight are not committed.
 */
export type Ownership = (
  partitions: readonly number[],
  signal: AbortSignal,
  abandoned: AbortSignal,
) => Promise<void>;

/**
 * Membership of one process in a consumer group. The client's own consumer cannot be told to wait for a batch before
 * it gives partitions up; this one gives up in order: stop taking batches, commit those in flight, then join again.
 */
export class GroupMember {
  readonly #group: ConsumerGroup;
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #topic: string;
  readonly #timing: GroupTiming;
  readonly #logger: Logger;

  /** `group` and `topic` are names in the cluster. */
  constructor(
    connection: KafkaConnection,
    group: string,
    topic: string,
    logger: Logger,
    timing: GroupTiming = DEFAULT_GROUP_TIMING,
  ) {
    this.#name = group;
    this.#topic = topic;
    this.#timing = timing;
    this.#logger = logger;
    this.#cluster = readingCluster(connection, logger);
    this.#group = new ConsumerGroup({
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
      cluster: this.#cluster,
      groupId: group,
      topics: [topic],
      topicConfigurations: { [topic]: { fromBeginning: true } },
      logger: clientLogger(logger),
      instrumentationEmitter: { emit: () => {} },
      assigners: [roundRobinAssigner({ cluster: this.#cluster })],
      sessionTimeout: timing.sessionTimeoutMs,
      rebalanceTimeout: timing.drainMs + REBALANCE_MARGIN_MS,
      autoCommit: false,
    });
  }

  /**
   * Joins, works on what it is given and joins again whenever the group changes, until the signal aborts.
   * @throws TaarError `log-refused` (halt) where the cluster will never have it
   */
  async run(own: Ownership, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const partitions = await this.#join(signal);
        if (partitions !== undefined) await this.#hold(partitions, own, signal);
      }
    } finally {
      await this.#leave();
    }
  }

  /**
   * Resolves when the group still counts this process among its members, or else when the signal aborts: a process
   * that comes back from a long pause must not take over what others work on by now.
   */
  async confirm(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await this.#group.heartbeat({ interval: 0 });
      } catch (error) {
        // Where no broker answers, whatever comes next has to wait for one by itself.
        if (!isChange(error)) return;
        await sleep(this.#timing.heartbeatMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #join(signal: AbortSignal): Promise<readonly number[] | undefined> {
    try {
      await this.#cluster.connect();
      await this.#cluster.addMultipleTargetTopics([this.#topic]);
      await this.#group.joinAndSync();
    } catch (error) {
      const failure = asLogError(error, `joining the group ${this.#name}`);
      if (failure.disposition !== 'retry') throw failure;
      if (!signal.aborted) this.#logger.warn({ group: this.#name }, failure.message);
      await this.#pause(signal);
      await this.#cluster.refreshMetadata().catch(() => {});
      return undefined;
    }
    const partitions = this.#group.assigned().flatMap((assigned) => assigned.partitions);
    this.#logger.info({ group: this.#name, partitions: partitions.join(' ') }, 'joined the consumer group');
    return partitions;
  }

  async #hold(partitions: readonly number[], own: Ownership, signal: AbortSignal): Promise<void> {
    const giveUp = new AbortController();
    const abandon = new AbortController();
    const owning = own(partitions, AbortSignal.any([signal, giveUp.signal]), abandon.signal);
    // It may end only because it was told to.
    const failed = owning.then(() => new Promise<never>(() => {}));
    try {
      await Promise.race([failed, this.#beatUntilChange(signal)]);
    } finally {
      giveUp.abort();
    }
    await this.#drain(owning, abandon);
  }

  /** Resolves when the group changes, has expelled this member, or the signal aborts. Lives through any outage. */
  async #beatUntilChange(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#timing.heartbeatMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || (await this.#beat()) === 'changed') return;
    }
  }

  async #beat(): Promise<'same' | 'changed'> {
    try {
      await this.#group.heartbeat({ interval: 0 });
      return 'same';
    } catch (error) {
      if (isChange(error)) {
        const type = brokerErrorOf(error);
        this.#logger.info({ group: this.#name, type }, 'the consumer group changes');
        return 'changed';
      }
      this.#logger.debug({ group: this.#name }, `a heartbeat failed: ${messageOf(error)}`);
      await this.#findCoordinator();
      return 'same';
    }
  }

  async #findCoordinator(): Promise<void> {
    try {
      await this.#cluster.connect();
      await this.#cluster.refreshMetadata();
      this.#group.coordinator = await this.#cluster.findGroupCoordinator({ groupId: this.#name });
    } catch (error) {
      this.#logger.debug({ group: this.#name }, `no coordinator yet: ${messageOf(error)}`);
    }
  }

  /** Gives batches in flight their time, and stays a member meanwhile. */
  async #drain(owning: Promise<void>, abandon: AbortController): Promise<void> {
    const over = new AbortController();
    const late = sleep(this.#timing.drainMs, 'late' as const, { signal: over.signal });
    const beating = this.#beatWhileDraining(over.signal);
    try {
      const outcome = await Promise.race([owning, late]);
      if (outcome === 'late') {
        abandon.abort();
        this.#logger.warn({ group: this.#name }, 'gave up partitions with batches in flight: not committed');
      }
    } finally {
      over.abort();
      await beating;
      late.catch(() => {});
    }
  }

  async #beatWhileDraining(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // That the group is changing is known by now; the beat keeps the membership.
      await this.#group.heartbeat({ interval: 0 }).catch(() => {});
      await sleep(this.#timing.heartbeatMs, undefined, { signal }).catch(() => {});
    }
  }

  async #leave(): Promise<void> {
    // Where the cluster cannot be told, the session's end tells it.
    await this.#group.leave().catch(() => {});
    await this.#cluster.disconnect().catch(() => {});
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

function isChange(error: unknown): boolean {
  const type = brokerErrorOf(error) ?? '';
  return type === REBALANCE || EXPELLED.has(type);
}
