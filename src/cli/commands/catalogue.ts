import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { malformedLines } from '../malformed-lines.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
FILE is JSON, gzipped or not: Mozilla's addons_database.json ({guid: {guid, name, current_version, ...}}), a list
of such rows, or one row a line.
Only add-ons of the catalogue count for the co-installation model. What stands in FILE is added or replaced;
nothing is removed.

Examples:
  $ taar catalogue load addons_database.json
  $ taar catalogue load listings.json.gz --json
`;

/** `taar catalogue`: the add-ons that may be recommended. */
export function addCatalogueCommand(program: Command, io: CommandIo): void {
  const catalogue = program
    .command('catalogue')
    .description('the add-ons that models may know')
    .addHelpText('after', EXAMPLES);
  catalogue
    .command('load')
    .description('add or replace listings from a file')
    .argument('<file>', 'JSON, may be gzipped')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: { json?: true }) => {
      const { readCatalogue } = await import('../../producers/catalogue.ts');
      const { listings, malformed } = await readCatalogue(file);
      const { withOperations } = await import('../control/with-operations.ts');
      const { loaded } = await withOperations(
        io,
        (operations) => operations.loadCatalogue(listings),
        'create',
      );
      if (options.json) io.stdout.write(`${JSON.stringify({ loaded, malformed })}\n`);
      else io.stdout.write(`${loaded} listings loaded\n${malformedLines(malformed.length, malformed)}`);
    });
}
