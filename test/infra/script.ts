import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A cold machine downloads up to 160 MB before a service starts; longer than this, and something hangs. */
const SCRIPT_LIMIT_MS = 900_000;

/** A service could not be had. `reason` is one short sentence, fit for the end of a test run. */
export class ServiceUnavailable extends Error {
  readonly reason: string;

  constructor(reason: string, details: string) {
    super(details === '' ? reason : `${reason}\n${details}`);
    this.reason = reason;
  }
}

export type ScriptName = 'kafka' | 'registry' | 'bigtable';

/**
 * One service that a script of this folder runs, with a data folder of its own. From `leash` on, the service ends
 * and its data goes when this process ends, however it ends.
 */
export class Script {
  readonly #name: ScriptName;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #folder: string | undefined;
  #leash: ChildProcess | undefined;

  private constructor(name: ScriptName, environment: NodeJS.ProcessEnv, folder: string | undefined) {
    this.#name = name;
    this.#environment = environment;
    this.#folder = folder;
  }

  /** A script whose service keeps its data in a new folder under INFRA_DIR, else the system's temporary folder. */
  static withOwnData(name: ScriptName, environment: NodeJS.ProcessEnv): Script {
    const parent = process.env.INFRA_DIR ?? tmpdir();
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(join(parent, `taar-${name}-`));
    return new Script(name, { ...process.env, ...environment, INFRA_RUN: folder }, folder);
  }

  /**
   * Makes sure that this machine can start the service, downloading what it takes.
   * @throws ServiceUnavailable
   */
  static async prepare(name: ScriptName, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
    await new Script(name, environment, undefined).run('prepare');
  }

  /**
   * Runs one command of the script.
   * @returns what it printed, without the line's end
   * @throws ServiceUnavailable
   */
  run(...command: readonly string[]): Promise<string> {
    const options = { env: this.#environment, timeout: SCRIPT_LIMIT_MS };
    return new Promise((resolve, reject) => {
      execFile('bash', [scriptPath(this.#name), ...command], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else if (error.code === 'ENOENT') reject(new ServiceUnavailable('bash was not found', ''));
        else reject(unavailable(this.#name, error.message, stderr));
      });
    });
  }

  /**
   * Ties the service to this process: a shell waits for the end of its standard input, which comes with our own end,
   * even after SIGKILL, and wipes. Call it before the service starts.
   */
  leash(): void {
    const child = spawn('bash', ['-c', 'cat >/dev/null; exec bash "$0" wipe', scriptPath(this.#name)], {
      env: this.#environment,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // A pipe that breaks because the shell was ended first must not end the test run.
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    this.#leash = child;
  }

  /**
   * Ends the service with SIGKILL and deletes its data. Where it is still starting, its script then finds no folder
   * to write to, and fails.
   */
  async wipe(): Promise<void> {
    await this.run('wipe');
    // SIGKILL and not the end of its input: it has nothing left to wipe.
    if (this.#leash?.pid !== undefined) endGroup(this.#leash.pid);
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

function scriptPath(name: ScriptName): string {
  return fileURLToPath(new URL(`./${name}.sh`, import.meta.url));
}

function unavailable(name: ScriptName, message: string, stderr: string): ServiceUnavailable {
  const lines = stderr.trim().split('\n');
  const last = lines.at(-1) ?? '';
  if (!last.startsWith(`${name}: `)) return new ServiceUnavailable(message.trim(), stderr.trim());
  return new ServiceUnavailable(last.slice(name.length + 2), lines.slice(0, -1).join('\n'));
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
