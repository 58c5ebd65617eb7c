import { type Command, InvalidArgumentError, Option } from 'commander';
import { type LetterSelection, MAX_LISTED_LETTERS } from '../../consumers/dead-letters.ts';
import { DEAD_LETTER_SOURCES, type TopicName } from '../../log/topics.ts';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION, wholeNumberOption } from './options.ts';

const EXAMPLES = `
A record that no consumer can process is set aside on <topic>.dlq for seven days, and what is behind it goes on. Its
value is kept where it is of a known schema; of any other only size and digest are. docs/operations.md has the codes.

Examples:
  $ taar dlq list                                          how many there are by code, and the newest
  $ taar dlq show addons.client.event.v1.dlq/0/12          why it was set aside, and what it consists of
  $ taar dlq replay --code submitted-in-future             append them to their topic again
`;

const REPLAY_NOTES = `
To be used once the cause is mended. A record goes to its topic again under its key, with the header replayed-from;
one that still cannot be processed becomes a dead letter again. Doing it twice changes nothing. What was kept without
its value or its key cannot be replayed, and is counted.

Examples:
  $ taar dlq replay --code submitted-in-future
  $ taar dlq replay --from addons.client.event.v1.dlq/0/12 --json
`;

const LISTED_LETTERS = 20;

interface SelectionOptions {
  readonly topic?: TopicName;
  readonly code?: string;
  readonly from?: string;
  readonly json?: true;
}

/** `taar dlq`: what consumers have set aside. */
export function addDlqCommand(program: Command, io: CommandIo): void {
  const dlq = program
    .command('dlq')
    .description('list, show and replay records that could not be processed')
    .addHelpText('after', EXAMPLES);
  addListCommand(dlq, io);
  addShowCommand(dlq, io);
  addReplayCommand(dlq, io);
}

function addListCommand(dlq: Command, io: CommandIo): void {
  withSelection(dlq.command('list').description('how many dead letters there are by code, and the newest'))
    .option('--limit <n>', 'how many to name', wholeNumberOption(1, MAX_LISTED_LETTERS), LISTED_LETTERS)
    .addHelpText('after', '\nExample:\n  $ taar dlq list --code partition-wrong --limit 100\n')
    .action(async (options: SelectionOptions & { limit: number }) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const listing = await withOperations(io, (operations) =>
        operations.deadLetters(selectionOf(options), options.limit),
      );
      const { letterLines } = await import('../dead-letter-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(listing)}\n` : letterLines(listing));
    });
}

function addShowCommand(dlq: Command, io: CommandIo): void {
  dlq
    .command('show')
    .description('one dead letter: headers, and names and sizes of what was kept, never what it says')
    .argument('<position>', 'as taar dlq list prints it', letterPosition)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ taar dlq show addons.client.event.v1.dlq/0/12\n')
    .action(async (position: string, options: { json?: true }) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const details = await withOperations(io, (operations) => operations.deadLetter(position));
      io.stdout.write(`${JSON.stringify(details, null, options.json ? 0 : 2)}\n`);
    });
}

function addReplayCommand(dlq: Command, io: CommandIo): void {
  withSelection(dlq.command('replay').description('append dead letters to their topic again'))
    .addHelpText('after', REPLAY_NOTES)
    .action(async (options: SelectionOptions) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) =>
        operations.replayDeadLetters(selectionOf(options)),
      );
      const { replayLines } = await import('../dead-letter-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : replayLines(report));
    });
}

function withSelection(command: Command): Command {
  return command
    .addOption(new Option('--topic <topic>', 'only those set aside from it').choices(DEAD_LETTER_SOURCES))
    .option('--code <code>', 'only those with this code')
    .option('--from <position>', 'only that one and those behind it', letterPosition)
    .option(...JSON_OPTION);
}

function selectionOf({ topic, code, from }: SelectionOptions): LetterSelection {
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(code === undefined ? {} : { code }),
    ...(from === undefined ? {} : { from }),
  };
}

function letterPosition(text: string): string {
  if (/^[a-z0-9.]+\.dlq\/\d+\/\d+$/.test(text)) return text;
  throw new InvalidArgumentError('It takes a position such as addons.client.event.v1.dlq/0/12.');
}
