import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';
import { ensureTable } from '../../../src/views/bigtable/table-schema.ts';

const HOST = process.env.BIGTABLE_EMULATOR_HOST;
const BINARY = process.env.BIGTABLE_EMULATOR_BINARY;

/** Why there is no emulator here; undefined where there is one. */
export const NO_EMULATOR =
  HOST === undefined && BINARY === undefined
    ? 'neither BIGTABLE_EMULATOR_HOST nor BIGTABLE_EMULATOR_BINARY is set'
    : undefined;

const SETTLE_MS = 100;

let tables = 0;

/** A place for a new table in an emulator. */
export function newPlace(emulatorHost: string): TablePlace {
  tables += 1;
  const tableId = `taar_profile_${process.pid}_${Date.now()}_${tables}`;
  return { projectId: 'a-project', instanceId: 'an-instance', tableId, emulatorHost };
}

/** A new table in an emulator, as `taar topics apply` makes it. */
export async function newTable(emulatorHost: string): Promise<TablePlace> {
  const place = newPlace(emulatorHost);
  await ensureTable(place);
  return place;
}

/** An emulator that is there already, or one that a test started and may stop and suspend. */
export class Emulator {
  readonly host: string;
  readonly #child: ChildProcess | undefined;

  private constructor(host: string, child: ChildProcess | undefined) {
    this.host = host;
    this.#child = child;
  }

  /** The emulator that was given, or else a new one. */
  static async shared(): Promise<Emulator> {
    return HOST === undefined ? Emulator.start() : new Emulator(HOST, undefined);
  }

  /** A new one, that holds nothing. */
  static async start(port = 0): Promise<Emulator> {
    if (BINARY === undefined) throw new Error(NO_EMULATOR ?? 'no emulator of our own');
    const child = spawn(BINARY, ['-host', '127.0.0.1', '-port', `${port}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const host = /running on (\S+)/.exec(line)?.[1];
    if (host === undefined) throw new Error('the emulator does not say where it listens');
    return new Emulator(host, child);
  }

  /** Stands still with all that it holds, as a machine does that is cut off. */
  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP');
    // The signal comes to the threads one by one; what is asked meanwhile may still be answered.
    await sleep(SETTLE_MS);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child === undefined || this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
