import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../ops/logging.ts';
import type { Metrics } from '../../ops/metrics.ts';
import type { Settings } from '../../ops/settings.ts';
import type { OpenedLog } from '../open-log.ts';

/** What every part of a process is put together from. */
export interface AssemblyParts {
  readonly opened: OpenedLog;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export const CHANGELOG = 'addons.profile.changed.v1';
