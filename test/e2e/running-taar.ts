import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const TAAR = fileURLToPath(new URL('../../bin/taar', import.meta.url));

const READY = 'Ctrl-C ends it';
const START_LIMIT_MS = 60_000;

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `taar` as a program of its own until it ends. */
export function taar(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [TAAR, ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
      },
    );
    child.stdin?.end(input);
  });
}

/** A `taar up --sample` that runs on its own. */
export class RunningTaar {
  readonly #child: ChildProcess;
  out = '';
  err = '';

  private constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [TAAR, 'up', ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (data) => {
      this.out += data;
    });
    this.#child.stderr?.on('data', (data) => {
      this.err += data;
    });
  }

  /** Starts it and waits until it has shown what it serves. */
  static async sampled(clients: number, env: Readonly<Record<string, string>>): Promise<RunningTaar> {
    const running = new RunningTaar(['--sample', '--sample-clients', String(clients)], env);
    const deadline = performance.now() + START_LIMIT_MS;
    while (!running.out.includes(READY)) {
      if (running.#child.exitCode !== null || performance.now() > deadline) {
        running.kill();
        throw new Error(`taar up did not come up:\n${running.out}\n${running.err}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return running;
  }

  /** Where it answers, as it says itself. */
  get url(): string {
    return /is up on (http:\S+),/.exec(this.out)?.[1] ?? '';
  }

  /** The lines that it tells people to run. */
  get curlLines(): readonly string[] {
    return [...this.out.matchAll(/^ {2}(curl .*)$/gm)].map((match) => match[1] ?? '');
  }

  /** Ends it as Ctrl-C does; the exit code and how long it took. */
  async interrupt(): Promise<{ readonly code: number | null; readonly seconds: number }> {
    const started = performance.now();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await ended;
    return { code: this.#child.exitCode, seconds: (performance.now() - started) / 1000 };
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
