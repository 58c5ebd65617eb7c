import { freePorts } from './ports.ts';
import { Script } from './script.ts';

export interface KafkaClusterOptions {
  /** Brokers, each a controller too. 1 unless told; with 3, topics have 3 replicas of which 2 must be in sync. */
  readonly nodes?: number;
  /** The first of 2 × nodes ports in a row; free ones unless told. */
  readonly port?: number;
  /** More lines of the brokers' configuration. */
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * Real brokers of one test's own, to be killed and suspended. Nodes count from 1. It ends with the process that
 * started it; `stop` it all the same, for it holds 300 MB.
 */
export class KafkaCluster {
  readonly #script: Script;
  readonly #brokers: string;

  private constructor(script: Script, brokers: string) {
    this.#script = script;
    this.#brokers = brokers;
  }

  /**
   * Starts brokers without data and waits until each knows all (3 to 9 s).
   * @throws ServiceUnavailable
   */
  static async start({ nodes = 1, port, properties = {} }: KafkaClusterOptions = {}): Promise<KafkaCluster> {
    const script = Script.withOwnData('kafka', {
      KAFKA_PORT: String(port ?? (await freePorts(2 * nodes))),
      KAFKA_NODES: String(nodes),
      KAFKA_PROPERTIES: Object.entries(properties)
        .map(([name, value]) => `${name}=${value}`)
        .join(';'),
    });
    script.leash();
    try {
      return new KafkaCluster(script, await script.run('up'));
    } catch (error) {
      await script.wipe();
      throw error;
    }
  }

  /** `host:port` of every node, joined by commas, whether it runs or not. */
  brokers(): string {
    return this.#brokers;
  }

  /** SIGKILL; the data stays. */
  async kill(node: number): Promise<void> {
    await this.#script.run('kill', String(node));
  }

  /** An orderly stop (SIGTERM); the data stays. */
  async shutDown(node: number): Promise<void> {
    await this.#script.run('down', String(node));
  }

  /** Starts a node again on its data and waits until it answers: about 5 s after `kill`. */
  async restart(node: number): Promise<void> {
    await this.#script.run('start', String(node));
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  async suspend(node: number): Promise<void> {
    await this.#script.run('suspend', String(node));
  }

  async resume(node: number): Promise<void> {
    await this.#script.run('resume', String(node));
  }

  /** Ends every node and deletes the data. */
  async stop(): Promise<void> {
    await this.#script.wipe();
  }
}
