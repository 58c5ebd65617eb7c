import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { AssembleRole, RoleName } from '../roles/role.ts';

interface RoleCommand {
  readonly about: string;
  readonly help: string;
  readonly load: () => Promise<AssembleRole>;
}

const ENVIRONMENT = `
Needs KAFKA_BROKERS and SCHEMA_REGISTRY_URL; the topics are made by 'taar topics apply'. Waits for what is not there
yet, and says for what. SIGTERM drains it. PORT answers /__lbheartbeat__, /__heartbeat__, /__version__, /metrics.
`;

/** Roles that have no other command of their name; the trainer's is in train.ts. */
const ROLES: Readonly<Record<Exclude<RoleName, 'train'>, RoleCommand>> = {
  intake: {
    about: 'take pings over HTTP and put them on Kafka',
    help: `${ENVIRONMENT}
It keeps nothing: run as many as are needed behind one address.

Example:
  $ KAFKA_BROKERS=kafka:9092 SCHEMA_REGISTRY_URL=http://registry:8081 taar intake
`,
    load: async () => (await import('../roles/intake.ts')).assembleIntake,
  },
  consume: {
    about: 'turn events on Kafka into profiles',
    help: `${ENVIRONMENT}
Several share the partitions among themselves. Each keeps its profiles in its own DATA_DIR, which may be lost: it is
filled again from the changelog.

Example:
  $ DATA_DIR=/srv/taar taar consume
`,
    load: async () => (await import('../roles/consume.ts')).assembleConsume,
  },
  serve: {
    about: 'answer requests from models and profiles on Kafka',
    help: `${ENVIRONMENT}
With SERVE_FROM=rocksdb it keeps all profiles in its own DATA_DIR; with SERVE_FROM=bigtable it reads the mirror.

Example:
  $ SERVE_FROM=bigtable BIGTABLE_INSTANCE=projects/p/instances/i taar serve
`,
    load: async () => (await import('../roles/serve.ts')).assembleServe,
  },
  follow: {
    about: 'keep the mirror of the profiles in Bigtable up to date',
    help: `${ENVIRONMENT}
Needs BIGTABLE_INSTANCE; the table is made by 'taar topics apply'. TAAR's own readers find their rows in it, too.

Example:
  $ BIGTABLE_INSTANCE=projects/p/instances/i taar follow
`,
    load: async () => (await import('../roles/follow.ts')).assembleFollow,
  },
};

/** `taar intake`, `consume`, `serve` and `follow`: one part of the system as a process, on Kafka. */
export function addRoleCommands(program: Command, io: CommandIo): void {
  for (const [name, { about, help, load }] of Object.entries(ROLES)) {
    program
      .command(name)
      .description(about)
      .addHelpText('after', help)
      .action(async () => {
        const { runRole } = await import('../roles/role-process.ts');
        await runRole(name as keyof typeof ROLES, await load(), io);
      });
  }
}
