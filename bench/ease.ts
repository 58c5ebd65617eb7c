import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchResult, median } from './bench.ts';

const RUNS = 3;
const LIMIT_CPU_SECONDS = 40;
const LIMIT_MEGABYTES = 1024;
/** The largest difference of a weight from numpy's; ours are stored in single precision. */
const MAX_DIFFERENCE = 1e-6;

interface Run {
  readonly gram: number;
  readonly all: number;
  readonly peakMegabytes: number;
}

interface Peer extends Run {
  readonly inverse: number;
  readonly version: string;
  readonly worstDifference: number;
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function ours(folder: string): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [pathOf('./ease.child.ts'), folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the child process failed: ${stderr}`);
  return JSON.parse(stdout) as Run;
}

/** numpy on the same interactions; undefined, and told, where there is none. PYTHON names another interpreter. */
function numpy(folder: string): Peer | undefined {
  const python = process.env.PYTHON ?? 'python3';
  const { status, stdout, stderr, error } = spawnSync(python, [pathOf('./peers/numpy/ease.py'), folder], {
    encoding: 'utf8',
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
  });
  if (status === 0) return JSON.parse(stdout) as Peer;
  const failure = error?.message ?? stderr.trim();
  if (!failure.includes("No module named 'numpy'") && !failure.includes('ENOENT')) throw new Error(failure);
  process.stderr.write(`SKIPPED: numpy beside it (${failure.split('\n').at(-1)})\n`);
  return undefined;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** EASE on 5,000 items: Gram matrix, inverse, weights. */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'taar-bench-ease-'));
  try {
    const runs = Array.from({ length: RUNS }, () => ours(folder));
    return result(runs, numpy(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function result(runs: readonly Run[], peer: Peer | undefined): BenchResult {
  if (peer !== undefined && !(peer.worstDifference < MAX_DIFFERENCE)) {
    throw new Error(`weights differ from numpy's by ${peer.worstDifference}`);
  }
  const value = median(runs.map(({ all }) => all));
  const peak = Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes));
  if (peak > LIMIT_MEGABYTES)
    process.stderr.write(`peak memory of ${peak} MB is above ${LIMIT_MEGABYTES} MB\n`);
  return {
    name: 'ease',
    unit: 'CPU seconds',
    value: rounded(value),
    runs: runs.map(({ all }) => rounded(all)),
    reference: { what: 'at most', value: LIMIT_CPU_SECONDS },
    ratio: rounded(LIMIT_CPU_SECONDS / value),
    details: {
      'Gram matrix, CPU seconds': rounded(median(runs.map(({ gram }) => gram))),
      'peak MB (limit 1024)': Math.round(peak),
      ...(peer === undefined
        ? { numpy: 'skipped: not there' }
        : {
            [`numpy ${peer.version}, CPU seconds`]: rounded(peer.all),
            'numpy, Gram matrix, CPU seconds': rounded(peer.gram),
            'numpy, inverse, CPU seconds': rounded(peer.inverse),
            'ours / numpy': rounded(value / peer.all),
            'numpy, peak MB': Math.round(peer.peakMegabytes),
            'largest difference of a weight': Number(peer.worstDifference.toExponential(1)),
          }),
    },
  };
}
