import type { Command } from 'commander';
import { readSettings } from '../../ops/settings.ts';
import { parseTrainedModel, TRAINED_MODELS } from '../../trainers/trained-models.ts';
import type { CommandIo } from '../command-io.ts';
import { UsageError } from '../failure.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
With KAFKA_BROKERS 'taar train' without a model is the trainer: a process that follows the profiles, trains when it
is time and writes the receipts of deletions, until SIGTERM. 'taar train --now' then asks the trainer that runs with
the same DATA_DIR. Without Kafka the trainer is a part of 'taar up', and both forms train now.

Models: ${TRAINED_MODELS.join(', ')} (all of them where none is named). What is not acceptable is not published, and
the models that serve stay.

Examples:
  $ taar train
  $ taar train coinstall --json
  $ KAFKA_BROKERS=kafka:9092 SCHEMA_REGISTRY_URL=http://registry:8081 taar train
  $ taar train --now --force
`;

/** `taar train`: train, publish and activate now; with Kafka also the trainer itself. */
export function addTrainCommand(program: Command, io: CommandIo): void {
  program
    .command('train')
    .description('train models on the present profiles and publish them; with Kafka, be the trainer')
    .argument('[model...]', 'which models')
    .option('--now', 'train now, also where a trainer would be started')
    .option('--force', 'also publish a model that lost more than half of its add-ons')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], options: { now?: true; force?: true; json?: true }) => {
      const models = names.map((name) => {
        const model = parseTrainedModel(name);
        if (model === undefined) {
          throw new UsageError(`there is no model "${name}"; there are: ${TRAINED_MODELS.join(', ')}`);
        }
        return model;
      });
      const asksForNow = options.now === true || options.force === true || models.length > 0;
      if (!asksForNow && readSettings(io.env).kafkaBrokers !== undefined) {
        const { runRole } = await import('../roles/role-process.ts');
        const { assembleTrain } = await import('../roles/train.ts');
        return runRole('train', assembleTrain, io);
      }
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) =>
        operations.train(models.length > 0 ? models : undefined, options.force === true),
      );
      const { trainingLines } = await import('../report-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : trainingLines(report));
    });
}
