import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { DoctorReport } from '../control/operations.ts';
import type { SettingReport } from '../setting-checks.ts';
import { JSON_OPTION } from './options.ts';

const EXAMPLES = `
Shows every setting of this environment, where its value comes from, and whether what it points to works. Then asks
the process that runs with this DATA_DIR, or the log in Kafka: every check of the heartbeat with its figures, and how
far each consumer is behind, in records and in seconds, by partition. Exits 1 where a check says error or a setting
does not work.

Examples:
  $ taar doctor
  $ taar doctor --json
`;

/** `taar doctor`: how things are set, what works, what does not, and how far behind things are. */
export function addDoctorCommand(program: Command, io: CommandIo): void {
  program
    .command('doctor')
    .description('show the settings, what works, what does not, and how far the consumers are behind')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { readSettings } = await import('../../ops/settings.ts');
      const { checkSettings, settingLines } = await import('../setting-checks.ts');
      const settings = await checkSettings(readSettings(io.env), io.env);
      // Before anything is asked: where nothing answers, these may say why.
      if (!json) io.stdout.write(settingLines(settings));
      const report = await reportOf(io, () => {
        if (json) io.stdout.write(`${JSON.stringify({ settings })}\n`);
      });
      const { doctorLines } = await import('../doctor-lines.ts');
      io.stdout.write(json ? `${JSON.stringify({ ...report, settings })}\n` : doctorLines(report));
      await refuseUnhealthy(report, settings);
    });
}

async function reportOf(io: CommandIo, onFailure: () => void): Promise<DoctorReport> {
  const { withOperations } = await import('../control/with-operations.ts');
  try {
    return await withOperations(io, (operations) => operations.doctor());
  } catch (error) {
    onFailure();
    throw error;
  }
}

async function refuseUnhealthy(report: DoctorReport, settings: readonly SettingReport[]): Promise<void> {
  const checks = Object.entries(report.checks).filter(([, status]) => status === 'error');
  const broken = settings.filter(({ works }) => works === false);
  const failed = [...checks.map(([name]) => name), ...broken.map(({ variable }) => variable)];
  if (failed.length === 0) return;
  const { TaarError } = await import('../../domain/errors.ts');
  throw new TaarError('unhealthy', 'halt', `not well: ${failed.join(', ')}`);
}
