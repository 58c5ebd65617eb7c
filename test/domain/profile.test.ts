import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/domain/clock.ts';
import { isCurrent, isExpired, type Profile } from '../../src/domain/profile.ts';
import { keyOf, NOON } from '../sim/client-events.ts';

const NO_PARTS = { addons: null, counters: null, facts: null };
const OPEN: Profile = { kind: 'open', ...NO_PARTS, aliases: [], fence: null, lastSeen: NOON, changedAt: 0 };
const ALIAS: Profile = { kind: 'alias', canonical: keyOf('x'), fence: null, lastSeen: NOON, changedAt: 0 };
const CLOSED: Profile = {
  kind: 'closed',
  final: true,
  fence: { createdAt: 0, submittedAt: NOON },
  reason: 'client',
  requestIds: ['r'],
  links: [],
  changedAt: 0,
};
/** The start of the UTC day that is `days` after that of NOON. */
const startOf = (days: number): number => NOON + days * DAY_MS - DAY_MS / 2;

describe('a profile', () => {
  it('is served for 28 days, counted as dates', () => {
    expect(isCurrent({ lastSeen: NOON }, startOf(28) - 1)).toBe(true);
    expect(isCurrent({ lastSeen: NOON }, startOf(28))).toBe(false);
  });

  it.each([
    ['open', OPEN, 90],
    ['alias', ALIAS, 400],
    ['closed', CLOSED, 400],
  ])('that is %s lives for its days', (_, profile, days) => {
    expect(isExpired(profile, startOf(days) - 1)).toBe(false);
    expect(isExpired(profile, startOf(days))).toBe(true);
  });
});
