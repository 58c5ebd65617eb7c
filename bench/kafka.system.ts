import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningRole } from '../test/e2e/running-role.ts';
import { taar } from '../test/e2e/running-taar.ts';
import { BigtableEmulator } from '../test/infra/bigtable-emulator.ts';
import { KafkaCluster } from '../test/infra/kafka-cluster.ts';
import { freePorts } from '../test/infra/ports.ts';
import { SchemaRegistry } from '../test/infra/schema-registry.ts';

/** The processes that are measured: what docker-compose.yml starts. */
const ROLES = ['intake', 'consume', 'consume', 'follow', 'serve', 'serve'] as const;

/** The whole system on a broker, a registry and an emulator of its own, each role a process. */
export class KafkaSystem implements AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly #roles: readonly RunningRole[];
  readonly #end: () => Promise<void>;

  private constructor(env: Record<string, string>, roles: readonly RunningRole[], end: () => Promise<void>) {
    this.env = env;
    this.#roles = roles;
    this.#end = end;
  }

  static async start(): Promise<KafkaSystem> {
    await using held = new AsyncDisposableStack();
    const [kafka, registry, bigtable] = await Promise.all([
      KafkaCluster.start(),
      SchemaRegistry.start({ compatibility: 'FULL_TRANSITIVE' }),
      BigtableEmulator.start(),
    ]);
    held.defer(() => kafka.stop());
    held.defer(() => registry.stop());
    held.defer(() => bigtable.stop());
    const folder = await mkdtemp(join(tmpdir(), 'taar-bench-kafka-'));
    held.defer(() => rm(folder, { recursive: true, force: true }));
    const env = {
      KAFKA_BROKERS: kafka.brokers(),
      SCHEMA_REGISTRY_URL: registry.url,
      BIGTABLE_INSTANCE: 'projects/bench/instances/bench',
      BIGTABLE_EMULATOR_HOST: bigtable.host,
    };
    const applied = await taar(['topics', 'apply'], env);
    if (applied.code !== 0) throw new Error(applied.err);
    const port = await freePorts(ROLES.length);
    const roles = ROLES.map((role, i) => {
      // Of the two servers one reads the mirror.
      const from = i === ROLES.length - 1 ? { SERVE_FROM: 'bigtable' } : {};
      return new RunningRole(role, port + i, { ...env, ...from, DATA_DIR: join(folder, `${role}-${i}`) });
    });
    held.defer(async () => {
      await Promise.all(roles.map((role) => role.terminate()));
    });
    await Promise.all(roles.map((role) => role.ready()));
    const kept = held.move();
    return new KafkaSystem(env, roles, () => kept.disposeAsync());
  }

  get intakeUrl(): string {
    return this.#roles[0]?.url ?? '';
  }

  /** One that reads a view of its own, one that reads the mirror. */
  get serverUrls(): readonly string[] {
    return this.#roles.slice(-2).map(({ url }) => url);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}
