import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { TAAR } from './running-taar.ts';

const START_LIMIT_MS = 60_000;
const POLL_MS = 25;

/** What the heartbeat of a process says. */
export interface Heartbeat {
  readonly code: number;
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A process of one role that runs on its own, with its logs as JSON lines. */
export class RunningRole {
  readonly #child: ChildProcess;
  readonly #port: number;
  out = '';
  err = '';

  /** `port` must be free; `env` holds the rest of the settings. */
  constructor(role: string, port: number, env: Readonly<Record<string, string>>) {
    this.#port = port;
    this.#child = spawn(process.execPath, [TAAR, role], {
      env: { PATH: process.env.PATH, PORT: String(port), LOG_FORMAT: 'mozlog', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (data) => {
      this.out += data;
    });
    this.#child.stderr?.on('data', (data) => {
      this.err += data;
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Undefined where nothing answers. */
  async heartbeat(): Promise<Heartbeat | undefined> {
    try {
      const answer = await fetch(`${this.url}/__heartbeat__`);
      return { code: answer.status, ...((await answer.json()) as Omit<Heartbeat, 'code'>) };
    } catch {
      return undefined;
    }
  }

  /** Waits until the heartbeat is as it should be. */
  async until(isRight: (heartbeat: Heartbeat) => boolean): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    for (;;) {
      const heartbeat = await this.heartbeat();
      if (heartbeat !== undefined && isRight(heartbeat)) return;
      if (this.#child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`not in time: ${JSON.stringify(heartbeat)}\n${this.out}\n${this.err}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Waits until it is ready. */
  ready(): Promise<void> {
    return this.until(({ code, checks }) => code === 200 && checks.start === undefined);
  }

  /** Waits until it answers anything, however well it says it is. */
  answering(): Promise<void> {
    return this.until(() => true);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it as an orchestrator does; the exit code. */
  async terminate(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
