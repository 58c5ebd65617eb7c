import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { JudgedCase } from '../conformance/run-kit.ts';
import { UsageError } from '../failure.ts';
import { TOKEN_OPTION, tokenHeaders } from '../service-token.ts';
import { JSON_OPTION, urlOption } from './options.ts';

const EXAMPLES = `
The kit holds requests and what the original TAAR answered to them, recorded with models and profiles that were made
up. The service must hold just those: --write writes them, to be taken in here or loaded into an original (the
artifacts as objects of its bucket, each profile as the payload of a row), with TAAR_MAX_RESULTS=10,
TAARLITE_MAX_RESULTS=4 and no other clients. Answers that are drawn at random are held against what could be drawn.

Examples:
  $ taar conformance --write kit
  $ taar models import kit && taar profiles import kit/profiles.jsonl
  $ taar conformance --url http://127.0.0.1:8000
`;

interface Options {
  readonly url?: string;
  readonly write?: string;
  readonly token?: true;
  readonly json?: true;
}

/** `taar conformance`: whether a service answers as the original TAAR does. */
export function addConformanceCommand(program: Command, io: CommandIo): void {
  program
    .command('conformance')
    .description('ask a service what the original TAAR was asked, and tell where it answers otherwise')
    .option('--url <url>', 'the service', urlOption)
    .option('--write <dir>', "write the kit's models and profiles into a folder instead")
    .option(...TOKEN_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async ({ url, write, token, json }: Options) => {
      if ((url === undefined) === (write === undefined)) throw new UsageError('it takes --url or --write');
      const { readKit } = await import('../conformance/kit.ts');
      const kit = await readKit();
      if (write !== undefined) {
        const { writeKit } = await import('../conformance/write-kit.ts');
        const files = await writeKit(kit, write);
        io.stdout.write(
          json ? `${JSON.stringify({ files })}\n` : `written to ${write}: ${files.join(', ')}\n`,
        );
      } else if (url !== undefined) {
        const { runKit } = await import('../conformance/run-kit.ts');
        await tell(await runKit(url, kit, tokenHeaders(token === true, io.env)), url, io, json === true);
      }
    });
}

async function tell(judged: readonly JudgedCase[], url: string, io: CommandIo, json: boolean): Promise<void> {
  const { conformanceReport, reportLines } = await import('../conformance/report.ts');
  const report = conformanceReport(judged);
  io.stdout.write(json ? `${JSON.stringify(report)}\n` : reportLines(report));
  const { different, same } = report;
  if (different.length === 0) return;
  const { TaarError } = await import('../../domain/errors.ts');
  throw new TaarError(
    'not-conforming',
    'halt',
    `${url} answered ${different.length} of ${different.length + same} requests otherwise than the original; does ` +
      'it hold the models and profiles of the kit, and only those (taar conformance --write)?',
  );
}
