import { Writable } from 'node:stream';
import type { CommandIo } from '../../src/cli/command-io.ts';
import { runCommandLine } from '../../src/cli/command-line.ts';

/** A command's streams, kept as text. */
export class CapturedIo implements CommandIo {
  out = '';
  err = '';
  readonly stdout = collect((text) => {
    this.out += text;
  });
  readonly stderr = collect((text) => {
    this.err += text;
  });
  readonly env: Readonly<Record<string, string>>;
  readonly isTerminal: boolean = false;
  readonly #input: string;

  constructor(env: Readonly<Record<string, string>> = {}, input = '') {
    this.env = env;
    this.#input = input;
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.#input);
  }
}

function collect(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Ran> {
  const io = new CapturedIo(env, input);
  const code = await runCommandLine(args, io);
  return { code, out: io.out, err: io.err };
}
