import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION, urlOption, wholeNumberOption } from './options.ts';

const EXAMPLES = `
Sends real ping shapes over HTTP, gzipped: Glean addons and baseline, legacy main and new-profile, now and then a
deletion-request. The same seed makes the same browsers. Ctrl-C ends it and still prints the summary.

Examples:
  $ taar simulate --clients 1000
  $ taar simulate --clients 50000 --rate 500 --seed 7 --url http://127.0.0.1:8000
`;

interface SimulateOptions {
  readonly clients: number;
  readonly rate: number;
  readonly seed: number;
  readonly url: string;
  readonly connections: number;
  readonly json?: true;
}

/** `taar simulate`: a load generator. */
export function addSimulateCommand(program: Command, io: CommandIo): void {
  program
    .command('simulate')
    .description('send the pings of simulated browsers to an intake')
    .option('--clients <n>', 'how many browsers', wholeNumberOption(1, 100_000_000), 1000)
    .option(
      '--rate <r>',
      'pings a second; 0 = as fast as they are answered',
      wholeNumberOption(0, 1_000_000),
      0,
    )
    .option('--seed <s>', 'which browsers', wholeNumberOption(0, 4_294_967_295), 42)
    .option('--url <u>', 'where the intake is', urlOption, 'http://127.0.0.1:8000')
    .option('--connections <n>', 'pings under way at once', wholeNumberOption(1, 1000), 32)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...plan }: SimulateOptions) => {
      const { simulate } = await import('../simulate/simulate.ts');
      await simulate(plan, io, json === true);
    });
}
