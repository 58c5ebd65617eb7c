import type { EpochMs } from '../../domain/clock.ts';
import { Draws } from './draws.ts';
import {
  gleanAddonsPing,
  gleanBaselinePing,
  gleanDeletionPing,
  gleanNewtabPing,
  legacyDeletionPing,
  legacyMainPing,
  legacyNewProfilePing,
  type Ping,
  type PingStamp,
} from './pings.ts';
import type { SimulatedBrowser } from './population.ts';

const OTHER_DOCUMENTS = 0.05;
const BURST_MS = 1000;

/**
 * The pings of one browser's day, in the order in which they are sent. The order of the first burst differs from
 * browser to browser, as it does from run to run of a real one (spec/firefox.md, "Order").
 */
export function pingsOfDay(seed: number, browser: SimulatedBrowser, now: EpochMs): readonly Ping[] {
  const draws = new Draws(seed, 'simulated day', browser.index);
  const stamp = (): PingStamp => ({ documentId: draws.uuid(), at: now - draws.between(0, BURST_MS) });
  return [...shuffled(burst(browser, stamp, draws), draws), ...farewell(browser, now, draws)];
}

function burst(browser: SimulatedBrowser, stamp: () => PingStamp, draws: Draws): Ping[] {
  const other = draws.happens(OTHER_DOCUMENTS) ? [gleanNewtabPing(browser, stamp())] : [];
  switch (browser.habit) {
    case 'first-run':
      return [
        legacyNewProfilePing(browser, stamp()),
        gleanAddonsPing(browser, stamp(), false),
        gleanBaselinePing(browser, stamp()),
        ...other,
      ];
    case 'daily':
      return [gleanAddonsPing(browser, stamp(), true), gleanBaselinePing(browser, stamp()), ...other];
    case 'legacy-only':
      return [legacyMainPing(browser, stamp()), ...other];
    case 'both':
      return [
        gleanAddonsPing(browser, stamp(), true),
        gleanBaselinePing(browser, stamp()),
        legacyMainPing(browser, stamp()),
        ...other,
      ];
  }
}

/** What is sent when telemetry is switched off; a ping that had waited may still follow the deletion. */
function farewell(browser: SimulatedBrowser, now: EpochMs, draws: Draws): Ping[] {
  const at = now + 1;
  switch (browser.leaves) {
    case 'no':
      return [];
    case 'while-running':
      return [
        legacyDeletionPing(browser, { documentId: draws.uuid(), at }),
        gleanDeletionPing(browser, { documentId: draws.uuid(), at }, 'set_upload_enabled'),
      ];
    case 'between-runs':
      return [
        gleanDeletionPing(browser, { documentId: draws.uuid(), at }, 'at_init'),
        gleanBaselinePing(browser, { documentId: draws.uuid(), at: now - 60_000 }),
      ];
  }
}

function shuffled<T>(items: readonly T[], draws: Draws): T[] {
  const result: T[] = [];
  for (const item of items) result.splice(draws.between(0, result.length), 0, item);
  return result;
}
