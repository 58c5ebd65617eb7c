import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Models that belong together are served together, as a set. The active set and the four before it are kept.

Examples:
  $ taar models list                     the sets that can be served, newest first
  $ taar models show                     the active set: sizes, clients, inputs, figures
  $ taar models show <set>               one of the others
  $ taar models activate <set>           serve an older set again; takes effect within seconds
`;

/** `taar models`: what is served, and what can be brought back. */
export function addModelsCommand(program: Command, io: CommandIo): void {
  const models = program
    .command('models')
    .description('list, show and activate model sets')
    .addHelpText('after', EXAMPLES);
  addListCommand(models, io);
  addShowCommand(models, io);
  addActivateCommand(models, io);
}

function addListCommand(models: Command, io: CommandIo): void {
  models
    .command('list')
    .description('the active set and those that can be brought back')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ taar models list --json\n')
    .action(async (options: { json?: true }) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) => operations.models());
      const { modelLines } = await import('../report-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : modelLines(report));
    });
}

function addShowCommand(models: Command, io: CommandIo): void {
  models
    .command('show')
    .description('all that is known of the models of one set')
    .argument('[set]', 'version of the set; the active one where it is left out')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ taar models show\n')
    .action(async (setVersion: string | undefined, options: { json?: true }) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const listing = await withOperations(io, (operations) => operations.models());
      const { setDetails } = await import('../report-lines.ts');
      const details = setDetails(listing, setVersion);
      io.stdout.write(`${JSON.stringify(details, null, options.json ? 0 : 2)}\n`);
    });
}

function addActivateCommand(models: Command, io: CommandIo): void {
  models
    .command('activate')
    .description('serve a set that was active before')
    .argument('<set>', 'version of the set')
    .option('--reason <text>', 'why; kept with the activation', 'asked for on the command line')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ taar models activate <set> --reason "answers got worse"\n')
    .action(async (setVersion: string, options: { reason: string; json?: true }) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) =>
        operations.activate(setVersion, options.reason),
      );
      const { modelLines } = await import('../report-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : modelLines(report));
    });
}
