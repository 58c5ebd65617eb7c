import type { Command } from 'commander';
import { settingsAsData, settingsAsMarkdown } from '../../ops/settings.ts';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Examples:
  $ taar settings                               the table, as Markdown
  $ taar settings --json                        the same as data
  $ taar settings --markdown > docs/settings.md
  $ PORT=8080 DATA_DIR=/srv/taar taar up        a setting is an environment variable
`;

/** `taar settings`: every environment variable there is. */
export function addSettingsCommand(program: Command, io: CommandIo): void {
  program
    .command('settings')
    .description('print every setting: its environment variable, default, and what it may hold')
    .option('--markdown', 'print Markdown (the default)')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((options: { json?: true }) => {
      io.stdout.write(options.json ? `${JSON.stringify(settingsAsData())}\n` : settingsAsMarkdown());
    });
}
