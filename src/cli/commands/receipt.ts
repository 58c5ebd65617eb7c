import type { Command } from 'commander';
import type { ErasureReport, ShownReceipt } from '../../producers/erasure-report.ts';
import type { CommandIo } from '../command-io.ts';
import { UsageError } from '../failure.ts';
import { JSON_OPTION } from './options.ts';

const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const EXAMPLES = `
A receipt is written once no model version that could hold the client is left: see docs/privacy.md.

Examples:
  $ taar receipt 019ab8e1-5c00-7000-8000-000000000001
  $ taar receipt --json 019ab8e1-5c00-7000-8000-000000000001
`;

/** `taar receipt`: what is proven about a deletion request. */
export function addReceiptCommand(program: Command, io: CommandIo): void {
  program
    .command('receipt')
    .description('show the receipts of a deletion request')
    .argument('<request>', 'the request id, as delete printed it')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (requestId: string, options: { json?: true }) => {
      if (!REQUEST_ID.test(requestId)) {
        throw new UsageError("that is no request id: it takes the UUID that 'taar delete' printed");
      }
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) => operations.receipt(requestId));
      io.stdout.write(`${options.json ? JSON.stringify(report) : receiptLines(report)}\n`);
    });
}

/** A report for a person to read. */
export function receiptLines({ receipts, complete, searched }: ErasureReport): string {
  if (receipts.length === 0) {
    return searched === 'all'
      ? 'no receipt yet: the request is not carried out to its end, or there is no such request'
      : 'no receipt found, but there are more receipts than are looked through';
  }
  const end = complete ? 'carried out' : 'some products have no receipt yet';
  return [...receipts.map(linesOf), end].join('\n');
}

function linesOf(receipt: ShownReceipt): string {
  const { product, completedAt, closedRows, erasedVersions, activeVersions, unprovenVersions } = receipt;
  return [
    `${product}: erased by ${completedAt}`,
    `  rows closed at      ${listed(closedRows)}`,
    `  versions erased     ${listed(erasedVersions)}`,
    `  versions in service ${listed(activeVersions)}`,
    ...(unprovenVersions.length === 0 ? [] : [`  made elsewhere, not provable: ${listed(unprovenVersions)}`]),
  ].join('\n');
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
