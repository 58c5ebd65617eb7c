import { Worker } from 'node:worker_threads';
import type { LoadPlan, LoadProgress, LoadResult } from './load.ts';
import type { FromLoad } from './load-worker.ts';

const ENTRY = new URL('./load-worker.ts', import.meta.url);

/** Runs a load in a thread of its own, so that making pings does not hold up whoever answers them in this one. */
export async function runLoadInThread(
  plan: LoadPlan,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadResult> {
  const worker = new Worker(ENTRY, { workerData: plan });
  const stop = (): void => worker.postMessage('stop');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await new Promise<LoadResult>((resolve, reject) => {
      worker.on('message', (message: FromLoad) => {
        if (message.kind === 'done') resolve(message.result);
        else onProgress(message.progress);
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the load thread ended before its work')));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
