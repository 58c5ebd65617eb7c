import type { Command } from 'commander';
import { TaarError } from '../../domain/errors.ts';
import type { CommandIo } from '../command-io.ts';
import type { CompareReport, FailureCounts } from '../compare/compare.ts';
import { TOKEN_OPTION, tokenHeaders } from '../service-token.ts';
import { JSON_OPTION, urlOption, wholeNumberOption } from './options.ts';

const MAX_CONCURRENCY = 256;
const MAX_K = 1_000;

const EXAMPLES = `
FILE holds the SHA-256 of a client on each line (64 hex digits). Both services are asked for recommendations for each.
Answers are drawn at random, so even a service compared with itself does not agree in full: compare the other service
with itself first, to know what agreement can be reached. No client is printed. Exits 1 where no client could be compared.

Examples:
  $ taar compare --against http://taar.example:8000 --clients clients.txt
  $ taar compare --against http://taar.example:8000 --clients clients.txt --url http://taar.example:8000
`;

interface Options {
  readonly against: string;
  readonly clients: string;
  readonly url: string;
  readonly k: number;
  readonly concurrency: number;
  readonly token?: true;
  readonly json?: true;
}

/** `taar compare`: how far two services agree. */
export function addCompareCommand(program: Command, io: CommandIo): void {
  program
    .command('compare')
    .description('ask two services for recommendations, and tell how far they agree')
    .requiredOption('--against <url>', 'the other service', urlOption)
    .requiredOption('--clients <file>', 'the SHA-256 of a client on each line')
    .option('--url <url>', 'this service', urlOption, 'http://127.0.0.1:8000')
    .option('--k <n>', 'how many places count for the overlap', wholeNumberOption(1, MAX_K), 10)
    .option(
      '--concurrency <n>',
      'clients asked about at the same time',
      wholeNumberOption(1, MAX_CONCURRENCY),
      8,
    )
    .option(...TOKEN_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async ({ against, clients, url, k, concurrency, token, json }: Options) => {
      const ourHeaders = tokenHeaders(token === true, io.env);
      const { compareServices } = await import('../compare/compare.ts');
      const report = await compareServices(clients, {
        ours: url,
        ourHeaders,
        theirs: against,
        k,
        concurrency,
      });
      io.stdout.write(json ? `${JSON.stringify(report)}\n` : reportLines(report));
      if (report.compared === 0) throw nothingCompared(report);
    });
}

/** A script that goes by the exit code must not take it for agreement. */
function nothingCompared({ asked, unreadable, failures }: CompareReport): TaarError {
  const failed = Object.entries({ 'this service': failures.ours, 'the other': failures.theirs })
    .filter(([, counts]) => Object.keys(counts).length > 0)
    .map(([who, counts]) => `${who} gave no answer (${Object.keys(counts).join(', ')})`);
  const none =
    unreadable > 0 ? `none of the ${unreadable} lines names a client` : 'the file of clients is empty';
  const why = asked === 0 ? none : failed.join('; ');
  return new TaarError('nothing-compared', 'halt', `no client could be compared: ${why}`);
}

function reportLines(report: CompareReport): string {
  const { compared, equal, bothEmpty, k, unreadable, failures } = report;
  const lines = [
    `${compared} clients compared`,
    `equal answers          ${share(equal, compared)} (${bothEmpty} of them both empty)`,
    `overlap at ${String(k).padEnd(4)}        ${figure(report.overlap)}`,
    `rank-biased overlap    ${figure(report.rankBiasedOverlap)}`,
    `mean displacement      ${figure(report.displacement)} places, of items in both`,
    ...failureLines('this service', failures.ours),
    ...failureLines('the other', failures.theirs),
  ];
  if (unreadable > 0) lines.push(`${unreadable} lines name no client`);
  return `${lines.join('\n')}\n`;
}

function failureLines(who: string, counts: FailureCounts): string[] {
  return Object.entries(counts).map(([failure, count]) => `${who}: ${failure}, ${count} times`);
}

function figure(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(3);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}
