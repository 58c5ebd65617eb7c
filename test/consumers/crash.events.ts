import { type Uniforms, uniformsOf } from '../../src/domain/random.ts';
import {
  addonRecord,
  deletionRequested,
  keyOf,
  linkRequested,
  NOON,
  observed,
} from '../sim/client-events.ts';
import type { Addressed } from '../sim/client-simulation.ts';

const BROWSERS = 250;
const PINGS = 2_600;
const ADDONS = 40;
const HALF_DAY_MS = 43_000_000;

/**
 * A day of some hundred browsers: pings under either id or both, and deletions. All of one day, and no deletion that
 * says `reopen`: so the final states are the same whatever the partitions do in which order.
 */
export function dayOfEvents(seed: number): Addressed[] {
  return Array.from({ length: PINGS }, (_, ping) =>
    eventsOf(uniformsOf(seed, 'ping', ping), Math.floor((2 * (ping / PINGS) - 1) * HALF_DAY_MS)),
  ).flat();
}

function eventsOf(draw: Uniforms, ms: number): Addressed[] {
  const browser = Math.floor(draw(0) * BROWSERS);
  const legacy = keyOf(`browser ${browser}`);
  const glean = keyOf(`browser ${browser} glean ${Math.floor(draw(1) * 2)}`);
  const kind = draw(2);
  if (kind < 0.02) return [{ key: draw(3) < 0.5 ? legacy : glean, event: deletionRequested(ms) }];
  const addons = Array.from({ length: 1 + Math.floor(draw(4) * 6) }, (_, i) =>
    addonRecord(`addon-${Math.floor(draw(5 + i) ** 2 * ADDONS)}@x`, {
      version: `${Math.floor(draw(20) * 3)}`,
    }),
  );
  if (kind < 0.4) return [{ key: glean, event: observed(ms, { addons }) }];
  if (kind < 0.8) {
    return [
      { key: legacy, event: observed(ms, { facts: { locale: draw(21) < 0.5 ? 'de' : 'fr' } }) },
      { key: glean, event: linkRequested(ms, legacy) },
    ];
  }
  const counters = { subsessionSeconds: 60, bookmarks: 3, tabOpens: 1, uris: null, domains: 2 };
  return [{ key: legacy, event: observed(ms, { addons, counters }) }];
}

/** The day after NOON: all events lie before it. */
export const AFTER_THE_DAY = NOON + 86_400_000;
