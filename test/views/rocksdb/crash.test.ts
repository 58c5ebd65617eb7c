import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import { openRocksView } from '../../../src/views/rocksdb/open-rocks-view.ts';
import { contentsOf } from '../../conformance/view-entries.ts';
import { BATCH, contentsAfter, IDENTITY } from '../endless-changes.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CHILD = fileURLToPath(new URL('applying-child.ts', import.meta.url));
const KILLS = 10;
const SEED = 20_260_101;

describe('a process killed while it applies changes', () => {
  it(`leaves a view whose data and position agree (seed ${SEED})`, async () => {
    const folder = await temporaryFolder();
    const uniform = uniformsOf(SEED, 'kill after batches', 0);
    let reached = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const seen = await applyUntilKilled(folder, 1 + Math.floor(uniform(kill) * 40));
      const view = await openRocksView({ folder, ...IDENTITY });
      const position = await view.position(0);
      expect(position % BATCH).toBe(0);
      const batches = position / BATCH;
      expect(batches).toBeGreaterThanOrEqual(reached + seen);
      expect(await contentsOf(view)).toEqual(contentsAfter(batches));
      await view.close();
      reached = batches;
    }
  });
});

describe('a view that another process has open', () => {
  it('is refused, and free again as soon as that process is gone', async () => {
    const folder = await temporaryFolder();
    const child = start(folder);
    await lines(child, 1);
    await expect(openRocksView({ folder, ...IDENTITY })).rejects.toMatchObject({
      code: 'view-in-use',
      disposition: 'halt',
    });
    await kill(child);
    const view = await openRocksView({ folder, ...IDENTITY });
    await view.close();
  });
});

/** Lets a child apply that many batches, and perhaps some more, before it is killed. */
async function applyUntilKilled(folder: string, batches: number): Promise<number> {
  const child = start(folder);
  await lines(child, 1 + batches);
  await kill(child);
  return batches;
}

function start(folder: string): ChildProcess {
  return spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Waits until the child has said so many lines. */
async function lines(child: ChildProcess, count: number): Promise<void> {
  if (child.stdout === null) throw new Error('the child has no output to read');
  let left = count;
  for await (const _line of createInterface({ input: child.stdout })) {
    left -= 1;
    if (left === 0) return;
  }
  throw new Error('the child ended by itself');
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
