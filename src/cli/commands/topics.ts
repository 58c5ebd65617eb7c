import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
What Kafka, the schema registry and (with BIGTABLE_INSTANCE) Bigtable must hold before the roles can start. Nothing
else creates or registers anything. 'plan' shows what differs and exits 1 where something does; 'apply' mends it.
The number of partitions of a topic never changes; settings of a topic that are not ours are left alone.

Examples:
  $ taar topics plan
  $ KAFKA_REPLICATION=3 taar topics apply
`;

/** `taar topics`: the ground that the roles stand on. */
export function addTopicsCommand(program: Command, io: CommandIo): void {
  const topics = program
    .command('topics')
    .description('show or make the topics, schemas and tables that the roles need')
    .addHelpText('after', EXAMPLES);
  for (const [name, about] of [
    ['plan', 'show what differs from what is needed'],
    ['apply', 'create what is missing and correct what differs'],
  ] as const) {
    topics
      .command(name)
      .description(about)
      .option(...JSON_OPTION)
      .action(async (options: { json?: true }) => {
        const { planGround, applyGround, groundLines } = await import('../ground.ts');
        const steps = name === 'plan' ? await planGround(io) : await applyGround(io);
        io.stdout.write(options.json ? `${JSON.stringify({ steps })}\n` : groundLines(steps, name));
        if (name === 'plan' && steps.length > 0) {
          const { TaarError } = await import('../../domain/errors.ts');
          const what = `${steps.length} things differ from what is needed; 'taar topics apply' mends them`;
          throw new TaarError('topics-differ', 'halt', what);
        }
      });
  }
}
