import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Asks the process that runs with this DATA_DIR, or the log in Kafka: every check of the heartbeat with its figures, and
how far each consumer is behind, in records and in seconds, by partition. Exits 1 where a check says error.

Examples:
  $ taar doctor
  $ taar doctor --json
`;

/** `taar doctor`: what works, what does not, and how far behind things are. */
export function addDoctorCommand(program: Command, io: CommandIo): void {
  program
    .command('doctor')
    .description('show what works, what does not, and how far the consumers are behind')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options: { json?: true }) => {
      const { withOperations } = await import('../control/with-operations.ts');
      const report = await withOperations(io, (operations) => operations.doctor());
      const { doctorLines } = await import('../doctor-lines.ts');
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : doctorLines(report));
      if (report.status === 'error') {
        const { TaarError } = await import('../../domain/errors.ts');
        const failed = Object.entries(report.checks).filter(([, status]) => status === 'error');
        throw new TaarError('unhealthy', 'halt', `not well: ${failed.map(([name]) => name).join(', ')}`);
      }
    });
}
