import { type Command, InvalidArgumentError } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { malformedLines } from '../malformed-lines.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
FILE holds profiles of TAAR, gzipped or not: rows as JSON lines, Avro of rows, or Avro of Bigtable rows. They come in
as pings do: who was deleted stays deleted, and what a browser said after the day of the file counts more. Importing
a file again changes nothing. Rows that cannot be used are counted and named by their lines.

Examples:
  $ taar profiles import profiles.jsonl.gz
  $ taar profiles import taar-profile.20261124.avro --seen 2026-11-24
`;

/** `taar profiles`: profiles that TAAR kept. */
export function addProfilesCommand(program: Command, io: CommandIo): void {
  const profiles = program
    .command('profiles')
    .description('take over the profiles of a TAAR')
    .addHelpText('after', EXAMPLES);
  profiles
    .command('import')
    .description('take in profiles from a file')
    .argument('<file>', 'JSON lines or Avro, may be gzipped')
    .option(
      '--seen <day>',
      'the day that the rows stand for; that of the file where it is left out',
      dayOption,
    )
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: { seen?: number; json?: true }) => {
      const { writtenAt } = await import('../../producers/profile-file.ts');
      const { importProfiles } = await import('../import-profiles.ts');
      const { withOperations } = await import('../control/with-operations.ts');
      const seenAt = options.seen ?? (await writtenAt(file));
      const report = await withOperations(
        io,
        (operations) => importProfiles(operations, file, seenAt, (line) => io.stderr.write(`${line}\n`)),
        'create',
      );
      if (options.json) io.stdout.write(`${JSON.stringify(report)}\n`);
      else {
        const { taken, nobody, malformed } = report;
        io.stdout.write(`${taken} profiles taken in\n`);
        if (nobody > 0) io.stdout.write(`${nobody} rows of nobody left out\n`);
        io.stdout.write(malformedLines(malformed.count, malformed.first));
      }
    });
}

/** Reads a day, YYYY-MM-DD, as its first moment; not in the future. */
function dayOption(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(at >= 0 && at <= Date.now())) {
    throw new InvalidArgumentError('It takes a day that has begun, such as 2026-11-24.');
  }
  return at;
}
