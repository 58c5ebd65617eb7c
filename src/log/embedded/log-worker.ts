import { parentPort, workerData } from 'node:worker_threads';
import { TaarError } from '../../domain/errors.ts';
import { openDatabase } from './database.ts';
import type { NumberedRequest, Opened, WorkerMessage } from './protocol.ts';
import { asRefusal } from './refusal.ts';
import { RequestQueue } from './request-queue.ts';

/** The thread that owns the file. It gets the file's name as data, and requests as messages. */
function main(): void {
  const port = parentPort;
  if (port === null) throw new TaarError('log-broken', 'halt', 'the log worker is no program of its own');
  try {
    const { database, logId } = openDatabase(String(workerData));
    const queue = new RequestQueue(database, (message: WorkerMessage, memory) =>
      port.postMessage(message, memory),
    );
    port.on('message', (request: NumberedRequest) => queue.add(request));
    port.postMessage({ opened: true, logId, partitions: queue.partitions() } satisfies Opened);
  } catch (error) {
    port.postMessage({ opened: false, refusal: asRefusal(error) } satisfies Opened);
    port.close();
  }
}

main();
