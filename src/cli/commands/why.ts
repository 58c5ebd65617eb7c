import type { Command } from 'commander';
import { readToken } from '../../serving/feedback/answer-tokens.ts';
import type { CommandIo } from '../command-io.ts';
import { UsageError } from '../failure.ts';
import { whyLines } from '../why-lines.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Answers and what became of them are kept for 30 days, under a name of the client that changes every day: this shows
how an answer came about, never whose it was.

Examples:
  $ taar why AZr1Yh…                 the token that came with the answer, 56 characters
  $ taar why --json AZr1Yh…
`;

/** `taar why`: how an answer came about. */
export function addWhyCommand(program: Command, io: CommandIo): void {
  program
    .command('why')
    .description('show how an answer came about, and what became of its items')
    .argument('<token>', 'the token that came with the answer')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (token: string, options: { json?: true }) => {
      if (readToken(token) === undefined) {
        throw new UsageError(
          "that is no token: it takes the 56 characters that came with an answer as 'token'",
        );
      }
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) => operations.why(token));
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : whyLines(report));
    });
}
