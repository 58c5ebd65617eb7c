import { parentPort, workerData } from 'node:worker_threads';
import { serveTraining } from '../training-worker.ts';
import { AddonTrainingJob } from './training-job.ts';
import type { AddonTrainingTask } from './training-task.ts';

// The entry of the training thread: the one place that runs on import, and only inside a thread.
if (parentPort !== null) serveTraining(parentPort, new AddonTrainingJob(workerData as AddonTrainingTask));
