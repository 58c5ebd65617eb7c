import type { Command } from 'commander';
import { CLIENT_ARGUMENT, readClientArgument, SHA256_OPTION } from '../client-argument.ts';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Prints {"clientKey", "profile"}: the copy of all that is held about a client, for the client. "profile" is null
where nothing is known. Of a deleted client "closed" tells when and why; "alias" tells that the id is the second one
of a browser, whose data is kept under another.

Examples:
  $ taar profile 7aa25a4e-0000-4000-8000-000000000001
  $ echo 7aa25a4e-0000-4000-8000-000000000001 | taar profile -
  $ taar profile --sha256 $(printf 7aa25a4e-0000-4000-8000-000000000001 | sha256sum | cut -c1-64)
`;

/** `taar profile`: the subject's copy. */
export function addProfileCommand(program: Command, io: CommandIo): void {
  program
    .command('profile')
    .description('print all that is held about one client')
    .argument('<id>', CLIENT_ARGUMENT)
    .option(...SHA256_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: { sha256?: true; json?: true }) => {
      const sha = await readClientArgument(id, options.sha256 === true, io);
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) => operations.profile(sha));
      io.stdout.write(`${JSON.stringify(report, null, options.json ? 0 : 2)}\n`);
    });
}
