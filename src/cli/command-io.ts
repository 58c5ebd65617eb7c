import { text } from 'node:stream/consumers';

/** What a command may use of the process it runs in; an argument, so that tests can stand in for a terminal. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** All of standard input, as text. */
  readInput(): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True where standard output is a terminal. */
  readonly isTerminal: boolean;
}

/** The streams and the environment of this process. */
export function processIo(): CommandIo {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    readInput: () => text(process.stdin),
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
  };
}

/** A reader that has seen enough (`taar models list | head -1`) is no reason to fail; `up` goes on without it. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
