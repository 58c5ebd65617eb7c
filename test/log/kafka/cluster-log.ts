import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { KafkaConnection } from '../../../src/log/kafka/connection.ts';
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { withTopics } from '../../../src/log/kafka/standing-topics.ts';

export const SILENT = pino({ level: 'silent' });

/** Topics of their own in a real cluster, and logs opened on them. */
export class ClusterLog {
  readonly connection: KafkaConnection;
  readonly #opened: KafkaLog[] = [];

  private constructor(connection: KafkaConnection) {
    this.connection = connection;
  }

  static async make(brokers: string): Promise<ClusterLog> {
    const prefix = `test-${randomUUID().slice(0, 8)}.`;
    const connection = { brokers: brokers.split(','), clientId: 'taar-test', prefix };
    await withTopics(connection, SILENT, (topics) => topics.apply(undefined));
    return new ClusterLog(connection);
  }

  /** Opens the log once more, as another process would. */
  async open(options: Partial<KafkaLogOptions> = {}): Promise<KafkaLog> {
    const log = await openKafkaLog({ connection: this.connection, logger: SILENT, ...options });
    this.#opened.push(log);
    return log;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((log) => log.close()));
  }
}
