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
  $ taar models import DIR               serve the models of a TAAR
  $ taar models export DIR               write the models as a TAAR reads them
`;

const IMPORT_HELP = `
PATH is a file or a folder with the JSON artifacts of TAAR, plain, .gz or .bz2, under the names that they have in
production (item_matrix.json.bz2, addon_mapping, donors, lr_curves, top10_dict, ensemble_weight, only_guids_top_200,
guid_coinstallation, guid_install_ranking) or that TAAR's settings give them (TAAR_ITEM_MATRIX_KEY and so on). What is
there is served as one set, together with the active models of other kinds. The set before can be brought back.

Examples:
  $ taar models import models/
  $ taar models import guid_coinstallation.json.bz2 guid_install_ranking.json.bz2
`;

const EXPORT_HELP = `
Writes each model of a set as the JSON artifacts of TAAR, under the names of production.

Examples:
  $ taar models export models/
  $ taar models export models/ <set> --gzip
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
  addImportCommand(models, io);
  addExportCommand(models, io);
}

function addImportCommand(models: Command, io: CommandIo): void {
  models
    .command('import')
    .description("serve the models in TAAR's artifacts")
    .argument('<path...>', 'files, or folders of files')
    .option(...JSON_OPTION)
    .addHelpText('after', IMPORT_HELP)
    .action(async (paths: string[], options: { json?: true }) => {
      const { readModels, serveImported } = await import('../import-models.ts');
      const read = await readModels(paths, io.env, (line) => io.stderr.write(`${line}\n`));
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) => serveImported(operations, read), 'create');
      const { modelLines } = await import('../report-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : modelLines(report));
    });
}

function addExportCommand(models: Command, io: CommandIo): void {
  models
    .command('export')
    .description("write the models of a set as TAAR's artifacts")
    .argument('<dir>', 'the folder to write to')
    .argument('[set]', 'version of the set; the active one where it is left out')
    .option('--gzip', 'write .json.gz')
    .option(...JSON_OPTION)
    .addHelpText('after', EXPORT_HELP)
    .action(async (folder: string, setVersion: string | undefined, options: ExportOptions) => {
      const { exportModels } = await import('../export-models.ts');
      const { withOperations } = await import('../control/with-operations.ts');
      const gzip = options.gzip === true;
      const files = await withOperations(io, (operations) =>
        exportModels(operations, folder, { setVersion, gzip }),
      );
      io.stdout.write(options.json ? `${JSON.stringify({ files })}\n` : `${files.join('\n')}\n`);
    });
}

interface ExportOptions {
  readonly gzip?: true;
  readonly json?: true;
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
