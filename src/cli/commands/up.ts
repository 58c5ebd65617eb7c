import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { wholeNumberOption } from './options.ts';

const EXAMPLES = `
One process: intake, log, profiles, training and answers. Everything is kept in DATA_DIR; Ctrl-C ends it cleanly,
and the next start goes on from there. --sample does its work only once for the same data.

Examples:
  $ taar up                                       start empty, or with what DATA_DIR holds
  $ taar up --sample                              the same, with about 200 add-ons and 5,000 simulated browsers
  $ PORT=8080 DATA_DIR=/srv/taar taar up
`;

const SAMPLE_CLIENTS = 5000;

/** `taar up`: the whole system in one process. */
export function addUpCommand(program: Command, io: CommandIo): void {
  program
    .command('up')
    .description('start the whole system in one process')
    .option('--sample', 'fill it with a sample catalogue and simulated browsers, once')
    .option(
      '--sample-clients <n>',
      'how many simulated browsers',
      wholeNumberOption(1, 1_000_000),
      SAMPLE_CLIENTS,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (options: { sample?: true; sampleClients: number }) => {
      const { up } = await import('../up.ts');
      await up({ sampleClients: options.sample ? options.sampleClients : 0 }, io);
    });
}
