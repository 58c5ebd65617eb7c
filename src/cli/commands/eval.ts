import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION, wholeNumberOption } from './options.ts';

const EXAMPLES = `
The folder holds train.tsv, valid.tsv and test.tsv (or .tsv.gz): a user and an item on each line, a tab between them.
Parameters are chosen by NDCG@20 on valid with models trained on train; the model is then trained on both and judged on
test, ranking for each user all items that train and valid have, without the user's own. No running system is asked.

NAME is popularity, itemknn (cosine of items), linear (weights from item to item in closed form), collaborative
(factors by alternating least squares) or blend (all of them, with weights). The lists that --out writes have a line for each user of test: the user and at most 20 items, the
best first, with tabs between them.

Examples:
  $ taar eval --split splits/ml-latest-small.all --model popularity
  $ taar eval --split splits/steam-200k.all --model blend --out lists.tsv
`;

interface Options {
  readonly split: string;
  readonly model: string;
  readonly out?: string;
  readonly seed: number;
  readonly json?: true;
}

/** `taar eval`: how well a kind of model ranks what was held out of a data set. */
export function addEvalCommand(program: Command, io: CommandIo): void {
  program
    .command('eval')
    .description('train a kind of model on a data set and tell how well it finds what was held out')
    .requiredOption('--split <dir>', 'folder with the three parts of the data set')
    .requiredOption('--model <name>', 'popularity, itemknn, linear, collaborative or blend')
    .option('--out <file>', 'write the lists of all users of the test into a file')
    .option('--seed <n>', 'for whatever is drawn', wholeNumberOption(0, 4_294_967_295), 1)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...plan }: Options) => {
      const { runEvaluation } = await import('../eval/eval-run.ts');
      const { evalLines } = await import('../eval/eval-report.ts');
      const report = await runEvaluation(plan, io);
      io.stdout.write(json ? `${JSON.stringify(report)}\n` : evalLines(report));
    });
}
