import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import type { TablePlace } from '../../../src/views/bigtable/table-place.ts';
import { contentsOf } from '../../conformance/view-entries.ts';
import { BATCH, changesOfBatch, contentsAfter, IDENTITY } from '../endless-changes.ts';
import { Emulator, NO_EMULATOR, newTable } from './emulator.ts';

const CHILD = fileURLToPath(new URL('applying-child.ts', import.meta.url));
const KILLS = 5;
const SEED = 20_261_125;
/** The time of the first change. */
const START = Date.now();

describe.skipIf(NO_EMULATOR)('a process killed while it applies changes to a table', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await Emulator.shared();
  });
  afterAll(() => emulator.stop());

  it(`leaves a position whose data is there, and the next one goes on from it (seed ${SEED})`, async () => {
    const place = await newTable(emulator.host);
    const uniform = uniformsOf(SEED, 'kill after batches', 0);
    let before = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const seen = await applyUntilKilled(place, 1 + Math.floor(uniform(kill) * 100));
      const view = await openBigtableView({ place, role: 'writer', ...IDENTITY });
      const position = await view.position(0);
      expect(position % BATCH).toBe(0);
      expect(position).toBeGreaterThanOrEqual(before);
      // It may have written what it did not say, and said what the position does not tell yet.
      const end = before / BATCH + seen + 1;
      for (let batch = position / BATCH; batch < end; batch++) {
        await view.apply(0, changesOfBatch(batch, START), (batch + 1) * BATCH);
      }
      const reached = (await view.position(0)) / BATCH;
      expect(reached).toBe(end);
      expect(await contentsOf(view)).toEqual(contentsAfter(reached));
      await view.close();
      before = reached * BATCH;
    }
  });
});

/** Lets a child apply that many batches, and perhaps the next one or part of it, before it is killed. */
async function applyUntilKilled(place: TablePlace, batches: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify({ place, start: START })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = -1;
  for await (const _line of createInterface({ input: child.stdout })) {
    said += 1;
    if (said === batches) child.kill('SIGKILL');
  }
  await ended;
  return said;
}
