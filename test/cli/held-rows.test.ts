import { describe, expect, it } from 'vitest';
import { heldRows } from '../../src/cli/held-rows.ts';
import { ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import { dayOf } from '../../src/domain/clock.ts';
import type { AliasProfile, ClosedProfile, OpenProfile, SeenAddon } from '../../src/domain/profile.ts';

const AT = Date.UTC(2026, 10, 24, 12);
const keys = new ClientKeys(undefined);
const alias = keys.of(sha256Hex('alias'));
const canonical = keys.of(sha256Hex('canonical'));

const addon: SeenAddon = {
  id: 'uBlock0@raymondhill.net',
  blocklisted: false,
  name: 'uBlock Origin',
  userDisabled: false,
  appDisabled: false,
  version: '1.60.0',
  scope: 1,
  type: 'extension',
  foreignInstall: false,
  hasBinaryComponents: false,
  installDay: 20_000,
  updateDay: null,
  signedState: 2,
  isSystem: false,
  isWebExtension: true,
  multiprocessCompatible: true,
  seenAt: AT,
};

const open: OpenProfile = {
  kind: 'open',
  addons: { day: dayOf(AT), documents: [7], addons: [addon] },
  counters: {
    day: dayOf(AT),
    pings: [
      {
        documentId: 'document-1',
        subsessionSeconds: 60,
        bookmarks: 5,
        tabOpens: null,
        uris: 9,
        domains: 2,
      },
    ],
  },
  facts: {
    day: dayOf(AT),
    documents: [7],
    locale: { value: 'de', at: AT },
    os: { value: 'Linux', at: AT },
    city: null,
    country: null,
    channel: { value: 'esr', at: AT },
  },
  aliases: [alias],
  fence: null,
  lastSeen: AT,
  changedAt: AT,
};

const aliasRow: AliasProfile = { kind: 'alias', canonical, fence: null, lastSeen: AT, changedAt: AT };

/** Every text and number below a value, wherever it stands. */
function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

describe('heldRows', () => {
  it('shows what a person asks first, with days and moments to read', () => {
    expect(heldRows(open, undefined).profile).toMatchObject({
      addons: [
        { id: addon.id, installDay: '2024-10-04', updateDay: null, seenAt: '2026-11-24T12:00:00.000Z' },
      ],
      addonsDay: '2026-11-24',
      locale: 'de',
      os: 'Linux',
      city: null,
      channel: 'esr',
      lastSeen: '2026-11-24T12:00:00.000Z',
      aliases: [alias],
    });
  });

  it('leaves nothing out that is held', () => {
    const shown = new Set(leaves(heldRows(open, undefined)));
    const held = leaves(open).filter((value) => typeof value === 'string' && value !== 'open');
    expect(held.length).toBeGreaterThan(8);
    for (const value of held) expect(shown).toContain(value);
    for (const value of [7, 60, 5, 9, 2]) expect(shown).toContain(value);
  });

  it('shows a browser without add-ons, counters or facts', () => {
    const empty: OpenProfile = { ...open, addons: null, counters: null, facts: null, aliases: [] };
    expect(heldRows(empty, undefined).profile).toMatchObject({ addons: [], counters: null, locale: null });
  });

  it('says when it was asked for by another id', () => {
    expect(heldRows(open, aliasRow)).toMatchObject({ profile: { locale: 'de' }, alias: { canonical } });
    expect(heldRows(aliasRow, undefined)).toMatchObject({ profile: null, alias: { canonical } });
  });

  it('shows of a closed row when and why', () => {
    const closed: ClosedProfile = {
      kind: 'closed',
      final: true,
      fence: { createdAt: AT, submittedAt: AT },
      reason: 'client',
      requestIds: ['request-1'],
      links: [alias],
      changedAt: AT,
    };
    expect(heldRows(closed, undefined)).toEqual({
      profile: null,
      closed: {
        final: true,
        reason: 'client',
        requestIds: ['request-1'],
        links: [alias],
        fence: { createdAt: '2026-11-24T12:00:00.000Z', submittedAt: '2026-11-24T12:00:00.000Z' },
        changedAt: '2026-11-24T12:00:00.000Z',
      },
    });
  });
});
