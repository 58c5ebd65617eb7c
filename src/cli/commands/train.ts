import type { Command } from 'commander';
import { MODEL_NAMES } from '../../models/model-kind.ts';
import { parseModelName } from '../../models/model-kinds.ts';
import type { CommandIo } from '../command-io.ts';
import { UsageError } from '../failure.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Models: ${MODEL_NAMES.join(', ')} (all of them where none is named). What is not acceptable is not published, and
the models that serve stay.

Examples:
  $ taar train
  $ taar train coinstall --json
`;

/** `taar train`: train, publish and activate now. */
export function addTrainCommand(program: Command, io: CommandIo): void {
  program
    .command('train')
    .description('train models on the present profiles, publish and activate them')
    .argument('[model...]', 'which models')
    .option('--force', 'also publish a model that lost more than half of its add-ons')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], options: { force?: true; json?: true }) => {
      const models = names.map((name) => {
        const model = parseModelName(name);
        if (model === undefined) {
          throw new UsageError(`there is no model "${name}"; there are: ${MODEL_NAMES.join(', ')}`);
        }
        return model;
      });
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) =>
        operations.train(models.length > 0 ? models : undefined, options.force === true),
      );
      const { trainingLines } = await import('../report-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : trainingLines(report));
    });
}
