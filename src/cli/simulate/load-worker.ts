import { parentPort, workerData } from 'node:worker_threads';
import { LoadGenerator, type LoadPlan, type LoadProgress, type LoadResult } from './load.ts';

/** What the thread tells. */
export type FromLoad =
  | { readonly kind: 'progress'; readonly progress: LoadProgress }
  | { readonly kind: 'done'; readonly result: LoadResult };

const PROGRESS_MS = 200;

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');
const stop = new AbortController();
port.on('message', () => stop.abort());
const generator = new LoadGenerator(workerData as LoadPlan, Date.now);
const send = (message: FromLoad): void => port.postMessage(message);
const timer = setInterval(() => send({ kind: 'progress', progress: generator.progress }), PROGRESS_MS);
const result = await generator.run(stop.signal);
clearInterval(timer);
send({ kind: 'done', result });
port.close();
