import { processIo } from './command-io.ts';
import { runCommandLine } from './command-line.ts';

process.exit(await runCommandLine(process.argv.slice(2), processIo()));
