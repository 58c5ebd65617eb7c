import type { Command } from 'commander';
import { CLIENT_ARGUMENT, readClientArgument, SHA256_OPTION } from '../client-argument.ts';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Prints the request id. The client is gone from answers as soon as the request is processed, and from the models
with the next training; the receipt then stands on privacy.erasure.completed.v1 under the request id.
Without --reopen the client stays closed; with it, pings made and sent after this moment may open it again.

Examples:
  $ taar delete 7aa25a4e-0000-4000-8000-000000000001
  $ echo 7aa25a4e-0000-4000-8000-000000000001 | taar delete -
  $ taar delete --reopen --sha256 <64 hex digits>
`;

const NOT_YET =
  'taar: the request is kept, but the consumers have not got to it yet; /__heartbeat__ says how far they are\n';

/** `taar delete`: an operator's deletion of one client. */
export function addDeleteCommand(program: Command, io: CommandIo): void {
  program
    .command('delete')
    .description('delete one client from profiles and models')
    .argument('<id>', CLIENT_ARGUMENT)
    .option(...SHA256_OPTION)
    .option('--reopen', 'admit what the client sends from now on')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: { sha256?: true; reopen?: true; json?: true }) => {
      const sha = await readClientArgument(id, options.sha256 === true, io);
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) =>
        operations.delete(sha, options.reopen === true),
      );
      io.stdout.write(`${options.json ? JSON.stringify(report) : report.requestId}\n`);
      if (!report.carriedOut) io.stderr.write(NOT_YET);
    });
}
