import { freePorts } from './ports.ts';
import { Script } from './script.ts';

/** A Bigtable emulator of one test's own. It keeps all in memory and ends with the process that started it. */
export class BigtableEmulator {
  readonly #script: Script;
  /** `host:port`, what BIGTABLE_EMULATOR_HOST takes. */
  readonly host: string;

  private constructor(script: Script, host: string) {
    this.#script = script;
    this.host = host;
  }

  /**
   * Starts an emulator without tables and waits until it listens (0.1 s).
   * @throws ServiceUnavailable
   */
  static async start({ port }: { readonly port?: number } = {}): Promise<BigtableEmulator> {
    const script = Script.withOwnData('bigtable', { BIGTABLE_PORT: String(port ?? (await freePorts(1))) });
    script.leash();
    try {
      return new BigtableEmulator(script, await script.run('up'));
    } catch (error) {
      await script.wipe();
      throw error;
    }
  }

  /** SIGSTOP: an outage after which the tables are still there. */
  async suspend(): Promise<void> {
    await this.#script.run('suspend');
  }

  async resume(): Promise<void> {
    await this.#script.run('resume');
  }

  /** SIGKILL; every table is lost. */
  async kill(): Promise<void> {
    await this.#script.run('kill');
  }

  /** Starts it again after `kill`, empty, on the same port. */
  async restart(): Promise<void> {
    await this.#script.run('up');
  }

  async stop(): Promise<void> {
    await this.#script.wipe();
  }
}
