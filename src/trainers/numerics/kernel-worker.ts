import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { startOn } from '../../domain/kernel.ts';
import { type KernelCalls, Place, type ToKernelThread, workOn } from './kernel-job.ts';

/** What a thread of a crew begins with. */
export interface KernelThreadStart {
  readonly port: MessagePort;
  readonly places: Int32Array;
  readonly thread: number;
}

const { port, places, thread } = workerData as KernelThreadStart;
let calls: KernelCalls = {};

/** Sleeps until it is woken, and does what it was told; it ends when it is terminated. */
for (let seen = 0; ; ) {
  Atomics.wait(places, Place.signal, seen);
  seen = Atomics.load(places, Place.signal);
  for (let told = receiveMessageOnPort(port); told !== undefined; told = receiveMessageOnPort(port)) {
    take(told.message as ToKernelThread);
  }
}

function take(told: ToKernelThread): void {
  if (told.kind === 'load') {
    calls = startOn<KernelCalls>(told.module, told.memory);
    return;
  }
  try {
    workOn(told.job, calls, places, thread);
  } catch {
    Atomics.store(places, Place.failed, 1);
  }
  Atomics.add(places, Place.done, 1);
  Atomics.notify(places, Place.done);
}
