import { describe, expect, it } from 'vitest';
import { pingsOfDay } from '../../../src/cli/sample/day.ts';
import { Population, SHOWN_BROWSER, SHOWN_LEGACY_ID } from '../../../src/cli/sample/population.ts';
import { readSampleAddons } from '../../../src/cli/sample/sample-addons.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CLIENTS = 5000;

const addons = readSampleAddons();
const population = new Population(42, addons);
const browsers = Array.from({ length: CLIENTS }, (_, index) => population.browser(index));

describe('the sample add-ons', () => {
  it('are about 200 different ones with a name, an interest and a weight', () => {
    expect(addons.length).toBeGreaterThan(190);
    expect(new Set(addons.map(({ guid }) => guid)).size).toBe(addons.length);
    for (const addon of addons) {
      expect(addon.name).not.toBe('');
      expect(addon.interest).toMatch(/^[a-z]+$/);
      expect(addon.weight).toBeGreaterThan(0);
    }
  });
});

describe('the simulated population', () => {
  it('is the same for the same seed and another for another', () => {
    expect(new Population(42, addons).browser(1234)).toEqual(browsers[1234]);
    expect(new Population(43, addons).browser(1234)).not.toEqual(browsers[1234]);
  });

  it('gives every browser two ids of its own, as real UUIDs', () => {
    const ids = browsers.flatMap(({ legacyId, gleanId }) => [legacyId, gleanId]);
    expect(new Set(ids).size).toBe(2 * CLIENTS);
    for (const id of ids) expect(id).toMatch(UUID_V4);
    expect(browsers[SHOWN_BROWSER]?.legacyId).toBe(SHOWN_LEGACY_ID);
  });

  it('is long-tailed: the most common add-on is far ahead of the rarest, which still exists', () => {
    const installs = new Map<string, number>();
    for (const { addons: own } of browsers) {
      for (const { guid } of own) installs.set(guid, (installs.get(guid) ?? 0) + 1);
    }
    const counts = [...installs.values()].sort((a, b) => b - a);
    expect(counts).toHaveLength(addons.length);
    expect(counts[0]).toBeGreaterThan(1000);
    expect(counts.at(-1)).toBeLessThan(60);
  });

  it('mixes locales, systems and channels as browsers do', () => {
    const share = (test: (browser: (typeof browsers)[number]) => boolean): number =>
      browsers.filter(test).length / CLIENTS;
    expect(new Set(browsers.map(({ locale }) => locale)).size).toBeGreaterThan(5);
    expect(share(({ channel }) => channel === 'release')).toBeGreaterThan(0.8);
    expect(share(({ channel }) => channel === 'beta')).toBeGreaterThan(0.005);
    expect(share(({ os }) => os === 'Windows')).toBeGreaterThan(0.7);
  });

  it('has some twenty people who switch telemetry off', () => {
    const leaving = browsers.filter(({ leaves }) => leaves !== 'no');
    expect(leaving.length).toBeGreaterThan(10);
    expect(leaving.length).toBeLessThan(40);
    expect(new Set(leaving.map(({ leaves }) => leaves)).size).toBe(2);
  });
});

describe('the pings of a day', () => {
  const days = browsers.slice(0, 1000).map((browser) => pingsOfDay(42, browser, NOW));

  it('have document ids of their own and are the same for the same seed', () => {
    const paths = days.flat().map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    const first = browsers[7];
    if (first === undefined) throw new Error('no browser');
    expect(pingsOfDay(42, first, NOW)).toEqual(pingsOfDay(42, first, NOW));
  });

  it('are of every type that the intake reads, and of one that it drops', () => {
    const types = new Set(
      days.flat().map(({ path }) => {
        const [, , namespace, second, third] = path.split('/');
        return namespace === 'telemetry' ? `legacy ${third}` : `glean ${second}`;
      }),
    );
    expect([...types].sort()).toEqual([
      'glean addons',
      'glean baseline',
      'glean deletion-request',
      'glean newtab',
      'legacy deletion-request',
      'legacy main',
      'legacy new-profile',
    ]);
  });

  it('end with the deletion where the browser leaves while it runs', () => {
    const index = browsers.findIndex(({ leaves }) => leaves === 'while-running');
    const browser = browsers[index];
    if (browser === undefined) throw new Error('nobody leaves');
    const last = pingsOfDay(42, browser, NOW).slice(-2);
    expect(last.every(({ path }) => path.includes('deletion-request'))).toBe(true);
  });

  it('carry main as pingsender sends it', () => {
    const main = days.flat().find(({ path }) => path.includes('/main/'));
    expect(main?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });
});
