import type { MessagePort } from 'node:worker_threads';
import { dispositionOf, messageOf, TaarError } from '../domain/errors.ts';
import type { FromTraining, ToTraining, TrainingJob } from './training-protocol.ts';

/** The training thread's side: feeds what comes through the port to the job, and sends back what it makes. */
export function serveTraining(port: MessagePort, job: TrainingJob): void {
  const send = (message: FromTraining, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  port.on('message', (message: ToTraining) => {
    try {
      handle(message, job, send);
    } catch (error) {
      const code = error instanceof TaarError ? error.code : 'training-failed';
      send({ kind: 'failed', code, disposition: dispositionOf(error), message: messageOf(error) });
      port.close();
    }
  });
}

function handle(
  message: ToTraining,
  job: TrainingJob,
  send: (message: FromTraining, transfer?: ArrayBuffer[]) => void,
): void {
  switch (message.kind) {
    case 'schema':
      job.learn(message.id, message.schema);
      return;
    case 'batch':
      job.take(message.entries);
      send({ kind: 'taken', clients: job.clients });
      return;
    case 'end': {
      const result = job.finish((model) => send({ kind: 'training', model }));
      send(
        { kind: 'result', result },
        result.trained.map(({ snapshot }) => snapshot.buffer),
      );
    }
  }
}
