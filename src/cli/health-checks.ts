import type { ConsumerLag } from '../consumers/consumer-lag.ts';
import { type Clock, HOUR_MS } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { EventLog } from '../log/event-log.ts';
import type { ReceiverStatus } from '../models/receiver.ts';
import type { HealthCheck, HealthStatus } from '../ops/health.ts';
import type { ViewFollower } from '../views/follower.ts';
import type { TopicTable } from '../views/topic-table.ts';
import type { View } from '../views/view.ts';

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
export function lagCheck(name: string, lag: ConsumerLag): HealthCheck {
  return {
    name,
    check: async () => {
      const seconds = Math.max(0, ...(await lag.report()).map((each) => each.seconds));
      return { status: statusBehind(seconds), details: { secondsBehind: seconds } };
    },
  };
}

/** Whether a view that follows the changelog has held all of it once, and how far it is behind now. */
export function followedCheck(follower: ViewFollower, clock: Clock): HealthCheck {
  let state: 'filling' | 'filled' | 'ended' = 'filling';
  follower.caughtUp.then(
    () => {
      state = 'filled';
    },
    () => {},
  );
  follower.ended.catch(() => {
    state = 'ended';
  });
  return {
    name: 'viewLag',
    check: async () => {
      const seconds = follower.lagSeconds(clock());
      const details = { secondsBehind: Math.round(seconds), records: follower.lagRecords(), state };
      return { status: state === 'filled' ? statusBehind(seconds) : 'error', details };
    },
  };
}

/** How many add-ons the catalogue lists, and how far it is behind. None is no fault: nothing is refused, then. */
export function catalogueCheck(catalogue: TopicTable<'addons.Listing'>, clock: Clock): HealthCheck {
  return {
    name: 'catalogue',
    check: async () => {
      const seconds = catalogue.lagSeconds(clock());
      const details = { secondsBehind: Math.round(seconds), listings: catalogue.size };
      return { status: statusBehind(seconds), details };
    },
  };
}

/** A check of something that the process can do without for a while. */
export function atMostWarning(inner: HealthCheck): HealthCheck {
  return {
    name: inner.name,
    check: async () => {
      try {
        const result = await inner.check();
        return result.status === 'error' ? { ...result, status: 'warning' } : result;
      } catch (error) {
        return { status: 'warning', details: { error: messageOf(error) } };
      }
    },
  };
}

/** Which models serve, and how old they are. None at all is a warning: answers are empty, but they
 * come, and the details say so. */
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
          ...(models.length === 0 ? { answers: 'empty:no-models' } : {}),
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
