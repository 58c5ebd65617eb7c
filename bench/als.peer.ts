import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Interactions } from '../src/trainers/numerics/interactions.ts';

const SCRIPT = fileURLToPath(new URL('./peers/als.py', import.meta.url));
/** A cold machine downloads 150 MB first. */
const INSTALL_LIMIT_MS = 600_000;
const RUN_LIMIT_MS = 300_000;
/** Libraries under numpy would start threads of their own, whose waiting costs CPU. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/**
 * CPU seconds of one iteration of `implicit` and `irspack` on the same interactions, by name. Empty where Python or the
 * packages are missing, and says so. They are installed into a folder that is removed; `PEER_PYTHON` names a Python that
 * has them.
 */
export async function peerSeconds(likes: Interactions, factors: number): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-bench-als-'));
  try {
    const python = process.env.PEER_PYTHON ?? (await install(folder));
    await Promise.all([
      writeFile(join(folder, 'starts'), likes.starts),
      writeFile(join(folder, 'items'), likes.itemOf),
    ]);
    const printed = await run(python, [SCRIPT, folder, `${likes.items}`, `${factors}`], RUN_LIMIT_MS);
    return JSON.parse(printed) as Record<string, number>;
  } catch (error) {
    const [reason] = `${error instanceof Error ? error.message : error}`.split('\n');
    process.stderr.write(`als: skipped implicit and irspack: ${reason}\n`);
    return {};
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function install(folder: string): Promise<string> {
  const home = join(folder, 'python');
  const python = join(home, 'bin', 'python3');
  await run('python3', ['-m', 'venv', home], INSTALL_LIMIT_MS);
  await run(python, ['-m', 'pip', 'install', '--quiet', 'implicit', 'irspack'], INSTALL_LIMIT_MS);
  return python;
}

async function run(command: string, args: readonly string[], timeout: number): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    timeout,
    env: { ...process.env, ...ONE_THREAD },
  });
  return stdout;
}
