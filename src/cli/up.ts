import { once } from 'node:events';
import { createLogger } from '../ops/logging.ts';
import { readSettings, type Settings } from '../ops/settings.ts';
import type { CommandIo } from './command-io.ts';
import { UsageError } from './failure.ts';
import { Interruption } from './interruption.ts';
import { SampleMarker } from './sample/sample-marker.ts';
import { runSample } from './sample/sample-run.ts';
import { Screen } from './screen.ts';
import { sampleSummary, servedLines } from './served-lines.ts';
import { stopInTime } from './stop-in-time.ts';
import { openStores, type Stores } from './stores.ts';
import { assembleUp, type UpSystem } from './up-system.ts';

export interface UpCommand {
  /** 0: no sample. */
  readonly sampleClients: number;
}

/** Whoever ends a process waits ten seconds at most; what is not drained by then is safe in the log anyway. */
const STOP_LIMIT_MS = 9_000;

/** `taar up`: starts the whole system, shows what it serves, and ends it cleanly when told. */
export async function up({ sampleClients }: UpCommand, io: CommandIo): Promise<void> {
  const settings = readSettings(io.env);
  if (settings.kafkaBrokers !== undefined) {
    throw new UsageError(
      "'taar up' keeps its log in DATA_DIR, and KAFKA_BROKERS is set: unset it, or start the roles " +
        '(taar intake, consume, train, serve)',
    );
  }
  using interruption = new Interruption();
  const { signal } = interruption;
  const screen = new Screen(io);
  const format = settings.logFormat ?? (io.isTerminal ? 'text' : 'mozlog');
  // Dockerflow wants logs on standard output; where a person is to read the summary there, they move over.
  const logs = screen.logStream(sampleClients > 0 ? io.stderr : io.stdout);
  const logger = createLogger(format, settings.logLevel, logs);
  const stores = await openStores(settings, Date.now, logger);
  const system = await assembled(stores, { settings, env: io.env, clock: Date.now, logger });
  await system.lifecycle.start();
  try {
    const url = system.listener.url ?? '';
    logger.info({ url, dataDir: settings.dataDir }, 'up');
    if (sampleClients > 0) await showSample(system, stores, settings, { url, sampleClients, screen, signal });
    if (!signal.aborted) await once(signal, 'abort');
    if (sampleClients > 0) screen.line('stopping');
    logger.info('stopping');
  } finally {
    await stopInTime(system.lifecycle, STOP_LIMIT_MS);
  }
}

async function assembled(stores: Stores, options: Parameters<typeof assembleUp>[1]): Promise<UpSystem> {
  try {
    return await assembleUp(stores, options);
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/** Takes the sample where it was never taken; shows what is served and what to ask. */
async function showSample(
  system: UpSystem,
  stores: Stores,
  settings: Settings,
  shown: { url: string; sampleClients: number; screen: Screen; signal: AbortSignal },
): Promise<void> {
  const { url, sampleClients: clients, screen, signal } = shown;
  const { pipeline, operations } = system;
  screen.line(`taar is up on ${url}, with its data in ${settings.dataDir}`);
  const marker = new SampleMarker(settings.dataDir, stores.log.id);
  if (await marker.isSet()) {
    await pipeline.settled(signal);
    await Promise.race([
      Promise.all([pipeline.models.ready, pipeline.catalogue.caughtUp]),
      once(signal, 'abort'),
    ]);
  } else {
    await runSample({ stores, pipeline }, { clients, seed: settings.seed, url, marker }, screen, signal);
  }
  if (signal.aborted) return;
  screen.line(servedLines(await operations.models()));
  screen.line(await sampleSummary(url, (guid) => pipeline.catalogue.get(guid)?.name));
}
