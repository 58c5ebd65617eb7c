import { TaarError } from '../../domain/errors.ts';
import { publishListings } from '../../producers/catalogue.ts';
import type { TrainingReport } from '../../trainers/training-run.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Screen } from '../screen.ts';
import { runLoadInThread } from '../simulate/load-thread.ts';
import { progressLine } from '../simulate/simulate.ts';
import type { Stores } from '../stores.ts';
import { listingOf, readSampleAddons } from './sample-addons.ts';
import type { SampleMarker } from './sample-marker.ts';

export interface SampleOptions {
  readonly clients: number;
  readonly seed: number;
  /** The intake of this process. */
  readonly url: string;
  readonly marker: SampleMarker;
}

/** Pings under way at once: enough to let appends be committed in groups. */
const CONNECTIONS = 32;

/**
 * Fills an empty system: simulated browsers send their pings through the real intake, the sample catalogue is
 * loaded, models are trained and taken over. The catalogue comes last, since nothing is trained before it is there:
 * so the trainer does not begin on half a population. Stops in the middle when the signal aborts.
 * @throws TaarError `sample-failed` (halt) where pings were refused or nothing could be trained
 */
export async function runSample(
  { stores, pipeline }: { readonly stores: Stores; readonly pipeline: Pipeline },
  { clients, seed, url, marker }: SampleOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  screen.line(`filling it with a sample: ${clients} simulated browsers send their pings to ${url}/submit/`);
  const plan = { url, clients, rate: 0, seed, connections: CONNECTIONS };
  const sent = await runLoadInThread(plan, (now) => screen.progress(progressLine(now, clients)), signal);
  if (signal.aborted) return;
  screen.done(`  ${sent.accepted} pings accepted in ${sent.seconds.toFixed(1)} s, ${sent.rejected} rejected`);
  if (sent.accepted < sent.sent) {
    throw new TaarError(
      'sample-failed',
      'halt',
      `${sent.sent - sent.accepted} pings of the sample were refused`,
    );
  }
  screen.progress('  keeping profiles up to date');
  if (!(await pipeline.settled(signal))) {
    if (signal.aborted) return;
    throw new TaarError('sample-failed', 'halt', 'a consumer has stopped; the log line before says why');
  }
  const listings = readSampleAddons().map(listingOf);
  await publishListings(stores, listings);
  screen.done(`  ${listings.length} add-ons in the catalogue`);
  const report = await trained(pipeline, listings.length, screen, signal);
  if (report === undefined) return;
  screen.done(`  models trained on ${report.clients} browsers`);
  await marker.set({ clients, seed });
}

async function trained(
  pipeline: Pipeline,
  listings: number,
  screen: Screen,
  signal: AbortSignal,
): Promise<TrainingReport | undefined> {
  while (pipeline.catalogue.size < listings) {
    if (signal.aborted) return undefined;
    await pause();
  }
  screen.progress('  training');
  const report = await pipeline.trainer.trainNow('sample');
  if (report.refusals.length > 0) {
    const why = report.refusals.map(({ model, reason }) => `${model}: ${reason}`).join('; ');
    throw new TaarError('sample-failed', 'halt', `nothing could be trained on the sample: ${why}`);
  }
  while (pipeline.models.current()?.setVersion !== report.active?.active.setVersion) {
    if (signal.aborted) return undefined;
    await pause();
  }
  return report;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
