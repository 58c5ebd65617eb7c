import { Command, CommanderError } from 'commander';
import type { CommandIo } from './command-io.ts';
import { addCatalogueCommand } from './commands/catalogue.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addConformanceCommand } from './commands/conformance.ts';
import { addDeleteCommand } from './commands/delete.ts';
import { addDlqCommand } from './commands/dlq.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addModelsCommand } from './commands/models.ts';
import { addOpenApiCommand } from './commands/openapi.ts';
import { addProfileCommand } from './commands/profile.ts';
import { addProfilesCommand } from './commands/profiles.ts';
import { addReceiptCommand } from './commands/receipt.ts';
import { addRoleCommands } from './commands/roles.ts';
import { addSettingsCommand } from './commands/settings.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addTopicsCommand } from './commands/topics.ts';
import { addTrainCommand } from './commands/train.ts';
import { addUpCommand } from './commands/up.ts';
import { addWhyCommand } from './commands/why.ts';
import { EXIT_OK, EXIT_USAGE, reportFailure } from './failure.ts';

/** Runs one command line (without the program's own name) and resolves with the exit code; never rejects. */
export async function runCommandLine(args: readonly string[], io: CommandIo): Promise<number> {
  const program = buildProgram(io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT_OK;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    return reportFailure(error, io, args.includes('--json'));
  }
}

/** The commands; what each needs to run is only loaded when it does, so that `--help` is quick. */
function buildProgram(io: CommandIo): Command {
  const program = new Command('taar')
    .description(
      'Recommendations from telemetry: pings in, profiles kept by hashed client, models out, answers.',
    )
    .exitOverride()
    .showHelpAfterError('(add --help to see how it is meant)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  addUpCommand(program, io);
  addSimulateCommand(program, io);
  addProfileCommand(program, io);
  addDeleteCommand(program, io);
  addReceiptCommand(program, io);
  addWhyCommand(program, io);
  addTrainCommand(program, io);
  addModelsCommand(program, io);
  addCatalogueCommand(program, io);
  addProfilesCommand(program, io);
  addEvalCommand(program, io);
  addCompareCommand(program, io);
  addConformanceCommand(program, io);
  addRoleCommands(program, io);
  addTopicsCommand(program, io);
  addDlqCommand(program, io);
  addDoctorCommand(program, io);
  addSettingsCommand(program, io);
  addOpenApiCommand(program, io);
  program.addHelpText('after', EXPLANATION);
  return program;
}

const EXPLANATION = `
The commands profile, profiles, delete, receipt, why, train, models, catalogue, dlq and doctor talk to a running
'taar up' with the same DATA_DIR; where none runs, they open the data themselves. With KAFKA_BROKERS they work on the
log in Kafka, and the system runs as processes of one role each. Settings come from the environment: see 'taar settings'.

Exit codes: 0 done, 1 failed, 2 the command line or a setting was not usable.

Examples:
  $ taar up --sample                  start everything, with a simulated population on the first start
  $ taar models list                  what is served, and what can be brought back
  $ echo CLIENT_ID | taar delete -    delete one client everywhere
`;
