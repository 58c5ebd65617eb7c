import { freePorts } from './ports.ts';
import { Script } from './script.ts';

export type Compatibility =
  | 'NONE'
  | 'BACKWARD'
  | 'BACKWARD_TRANSITIVE'
  | 'FORWARD'
  | 'FORWARD_TRANSITIVE'
  | 'FULL'
  | 'FULL_TRANSITIVE';

export interface SchemaRegistryOptions {
  /** The global rule; BACKWARD, as Confluent's own, unless told. */
  readonly compatibility?: Compatibility;
  /** The first of two ports in a row; free ones unless told. */
  readonly port?: number;
}

/** A real registry of one test's own. It ends with the process that started it. */
export class SchemaRegistry {
  readonly #script: Script;
  /** Where Confluent's protocol is spoken, path included: what a client calls `host`. */
  readonly url: string;

  private constructor(script: Script, url: string) {
    this.#script = script;
    this.url = url;
  }

  /**
   * Starts a registry without schemas and waits until it answers (3 to 9 s).
   * @throws ServiceUnavailable
   */
  static async start({
    compatibility = 'BACKWARD',
    port,
  }: SchemaRegistryOptions = {}): Promise<SchemaRegistry> {
    const script = Script.withOwnData('registry', {
      REGISTRY_PORT: String(port ?? (await freePorts(2))),
      REGISTRY_COMPATIBILITY: compatibility,
    });
    script.leash();
    try {
      return new SchemaRegistry(script, await script.run('up'));
    } catch (error) {
      await script.wipe();
      throw error;
    }
  }

  /** SIGKILL; the schemas stay. */
  async kill(): Promise<void> {
    await this.#script.run('kill');
  }

  /** Starts it again after `kill`, with its schemas, and waits until it answers. */
  async restart(): Promise<void> {
    await this.#script.run('up');
  }

  /** Ends it and deletes the schemas. */
  async stop(): Promise<void> {
    await this.#script.wipe();
  }
}
