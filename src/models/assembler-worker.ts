import { parentPort } from 'node:worker_threads';
import { messageOf, TaarError } from '../domain/errors.ts';
import { Assembly } from './assembly.ts';
import type { AssemblyAnswer, AssemblyRequest } from './assembly-messages.ts';
import { runInBackground } from './background-thread.ts';
import type { PrepareModels } from './model-runtime.ts';

let assembly = new Assembly([]);

async function answer(request: AssemblyRequest): Promise<AssemblyAnswer> {
  switch (request.kind) {
    case 'begin':
      assembly = new Assembly(request.members);
      return { kind: 'done' };
    case 'chunk':
      assembly.write(request.model, request.index, request.bytes);
      return { kind: 'done' };
    case 'finish': {
      const { prepare } = (await import(request.prepareModule)) as { prepare: PrepareModels };
      const assembled = assembly.finish(prepare);
      // The memory is the receiver's from here on.
      assembly = new Assembly([]);
      return { kind: 'assembled', assembled };
    }
  }
}

runInBackground();
parentPort?.on('message', (request: AssemblyRequest) => {
  answer(request).then(
    (done) => parentPort?.postMessage(done),
    (error: unknown) => {
      const code = error instanceof TaarError ? error.code : 'assembler-failed';
      parentPort?.postMessage({ kind: 'refused', code, message: messageOf(error) });
    },
  );
});
