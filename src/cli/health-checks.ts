import type { Clock } from '../domain/clock.ts';
import { HOUR_MS } from '../domain/clock.ts';
import type { EventLog, LogRecord } from '../log/event-log.ts';
import type { ReceiverStatus } from '../models/receiver.ts';
import type { HealthCheck, HealthStatus } from '../ops/health.ts';
import type { View } from '../views/view.ts';
import type { Progress } from './settling.ts';

/** Beyond this answers are noticeably old, and somebody should look. */
const BEHIND_WARNING_SECONDS = 60;
/** A model is trained at least daily by default; two days without are worth a look. */
const MODEL_AGE_WARNING_MS = 48 * HOUR_MS;

/** Asks the log for its bounds: fails where its thread or its file is gone. */
export function logCheck(log: EventLog): HealthCheck {
  return {
    name: 'log',
    check: async () => {
      const bounds = await log.bounds('addons.client.event.v1');
      return { status: 'ok', details: { events: bounds.reduce((sum, { end }) => sum + end, 0) } };
    },
  };
}

/** Reads the view: fails where it cannot be read. */
export function viewCheck(view: View): HealthCheck {
  return {
    name: 'view',
    check: async () => {
      await view.range(0, '', 1);
      return { status: 'ok' };
    },
  };
}

/** How many seconds old the oldest record is that somebody has not worked through. */
export function lagCheck(name: string, log: EventLog, progress: Progress, clock: Clock): HealthCheck {
  return {
    name,
    check: async () => {
      const seconds = await secondsBehind(log, progress, clock);
      return { status: statusBehind(seconds), details: { secondsBehind: seconds } };
    },
  };
}

/** Which models serve, and how old they are. None at all is a warning: answers are empty, but they come. */
export function modelsCheck(status: () => ReceiverStatus): HealthCheck {
  return {
    name: 'models',
    check: async () => {
      const { models, setVersion, lastRefusal } = status();
      const ages = models.map(
        ({ model, ageMs }) => [`${model}AgeSeconds`, Math.round(ageMs / 1000)] as const,
      );
      const isOld = models.some(({ ageMs }) => ageMs > MODEL_AGE_WARNING_MS);
      return {
        status: models.length === 0 || isOld ? 'warning' : 'ok',
        details: {
          set: setVersion ?? null,
          ...Object.fromEntries(ages),
          ...(lastRefusal === undefined ? {} : { lastRefusal: lastRefusal.code }),
        },
      };
    },
  };
}

function statusBehind(seconds: number): HealthStatus {
  return seconds > BEHIND_WARNING_SECONDS ? 'warning' : 'ok';
}

async function secondsBehind(log: EventLog, { topic, positions }: Progress, clock: Clock): Promise<number> {
  const from = await positions();
  const bounds = await log.bounds(topic);
  const oldest = await Promise.all(
    bounds.map(({ earliest, end }, partition) => {
      const first = Math.max(earliest, from[partition] ?? 0);
      return first < end ? recordAt(log, topic, partition, first, end) : undefined;
    }),
  );
  const times = oldest.filter((record) => record !== undefined).map(({ timestamp }) => timestamp);
  return times.length === 0 ? 0 : Math.max(0, Math.round((clock() - Math.min(...times)) / 1000));
}

/** The first record from an offset on that still exists. */
async function recordAt(
  log: EventLog,
  topic: Progress['topic'],
  partition: number,
  from: number,
  to: number,
): Promise<LogRecord | undefined> {
  for await (const record of log.read({ topic, partition, from, to })) return record;
  return undefined;
}
