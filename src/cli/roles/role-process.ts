import { once } from 'node:events';
import { TaarError } from '../../domain/errors.ts';
import { describeApi } from '../../ops/api-description.ts';
import { registerDockerflow } from '../../ops/dockerflow.ts';
import { HealthChecks } from '../../ops/health.ts';
import { createHttpServer } from '../../ops/http.ts';
import { type Component, Lifecycle } from '../../ops/lifecycle.ts';
import { createLogger, type Logger } from '../../ops/logging.ts';
import { Metrics } from '../../ops/metrics.ts';
import { readSettings, type Settings } from '../../ops/settings.ts';
import { readVersion, type VersionInfo } from '../../ops/version.ts';
import type { CommandIo } from '../command-io.ts';
import { ControlServer } from '../control/control-server.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { UsageError } from '../failure.ts';
import { HttpListener } from '../http-listener.ts';
import { Interruption } from '../interruption.ts';
import { openLog } from '../open-log.ts';
import { stopInTime } from '../stop-in-time.ts';
import type { AssembleRole, Role, RoleName } from './role.ts';
import { WaitingRoom } from './waiting-room.ts';
import { whenThere } from './when-there.ts';

const PROJECT_ROOT = new URL('../../../', import.meta.url);

/** A batch in flight may take 20 s to be committed before its partition is given up; this is a little more. */
const STOP_LIMIT_MS = 25_000;

interface Process {
  readonly settings: Settings;
  readonly io: CommandIo;
  readonly logger: Logger;
  readonly version: VersionInfo;
  readonly signal: AbortSignal;
}

/**
 * Runs one role on a log in Kafka until it is told to end: waits for what it needs, answers about its health from
 * the first moment on, and drains at the end.
 */
export async function runRole(name: RoleName, assemble: AssembleRole, io: CommandIo): Promise<void> {
  const settings = readSettings(io.env);
  if (settings.kafkaBrokers === undefined) {
    throw new UsageError(
      `'taar ${name}' is a part of a system on Kafka: set KAFKA_BROKERS and SCHEMA_REGISTRY_URL, ` +
        "or run everything in one process with 'taar up'",
    );
  }
  using interruption = new Interruption();
  const { signal } = interruption;
  const format = settings.logFormat ?? (io.isTerminal ? 'text' : 'mozlog');
  const logger = createLogger(format, settings.logLevel, io.stdout);
  const version = await readVersion(PROJECT_ROOT, io.env);
  const lifecycle = await startRole(name, assemble, { settings, io, logger, version, signal });
  if (lifecycle === undefined) return;
  try {
    if (!signal.aborted) await once(signal, 'abort');
    logger.info({ role: name }, 'stopping');
  } finally {
    await stopInTime(lifecycle, STOP_LIMIT_MS);
  }
}

/** Undefined where it was told to end before it had come up. */
async function startRole(
  name: RoleName,
  assemble: AssembleRole,
  process: Process,
): Promise<Lifecycle | undefined> {
  const { settings, io, logger, version, signal } = process;
  const room = new WaitingRoom({ logger, metrics: new Metrics(), trustProxy: false }, version, settings);
  await room.open();
  try {
    const waiting = { logger, signal, onWaiting: (code: string | undefined) => room.waitsFor(code) };
    const opened = await whenThere(() => openLog(settings, name, Date.now, logger), waiting);
    await using held = new AsyncDisposableStack();
    held.defer(() => opened.close());
    // A try that failed may have registered some of its figures: each has its own.
    const tryOnce = async () => {
      const parts = {
        opened,
        settings,
        clock: Date.now,
        logger,
        metrics: new Metrics(),
        env: io.env,
        signal,
        onWaiting: waiting.onWaiting,
      };
      return { role: await assemble(parts), metrics: parts.metrics };
    };
    const { role, metrics } = await whenThere(tryOnce, waiting);
    held.defer(() => role.close());
    metrics.collectProcess();
    const { lifecycle, listener } = processOf(role, held.move(), metrics, { ...process, room });
    await lifecycle.start();
    logger.info({ role: name, url: listener.url }, 'up');
    return lifecycle;
  } catch (error) {
    if (error instanceof TaarError && error.code === 'interrupted') return undefined;
    throw error;
  } finally {
    await room.close();
  }
}

/** The role's parts, its HTTP server last and so drained first, and what it stands on beneath them all. */
function processOf(
  role: Role,
  held: AsyncDisposableStack,
  metrics: Metrics,
  { settings, logger, version, room }: Process & { readonly room: WaitingRoom },
) {
  const app = createHttpServer({ logger, metrics, trustProxy: settings.trustProxy });
  if (role.routes !== undefined) describeApi(app, version.version);
  role.routes?.(app);
  registerDockerflow(app, { health: new HealthChecks(role.healthChecks), version, metrics });
  const listener = new HttpListener(app, settings.host, settings.port);
  const ground: Component = {
    name: 'log and views',
    start: () => Promise.resolve(),
    stop: () => held.disposeAsync(),
  };
  // It answers while the role's components start, and gives the port to the server that takes over.
  const waitingRoom: Component = {
    name: 'waiting room',
    start: () => room.close(),
    stop: () => Promise.resolve(),
  };
  const operations = role.operations?.(() => listener.url);
  const control =
    operations === undefined ? [] : [new ControlServer(controlSocketPath(settings.dataDir), operations)];
  const lifecycle = new Lifecycle([ground, ...role.components, waitingRoom, listener, ...control]);
  return { lifecycle, listener };
}
