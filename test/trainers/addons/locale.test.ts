import { describe, expect, it } from 'vitest';
import { localeModel } from '../../../src/trainers/addons/locale.ts';
import { keyedChoice, type LocaleAddon, LocaleCounts } from '../../../src/trainers/addons/locale-counts.ts';
import {
  epsilonOfRelease,
  LOCALE_PRIVACY,
  type LocaleNoise,
  laplaceNoise,
  secretSource,
} from '../../../src/trainers/addons/locale-noise.ts';
import { A, addon, B, C } from './people.ts';

const SILENCE: LocaleNoise = { addon: () => 0, clients: () => 0 };
const signed = (id: string, flags: Partial<LocaleAddon> = {}): LocaleAddon => ({
  ...addon(id),
  signedState: 2,
  blocklisted: false,
  ...flags,
});

/** `clients` of a locale, each with the same add-ons. */
function fill(counts: LocaleCounts, locale: string, clients: number, ...guids: string[]): void {
  for (let i = 0; i < clients; i++) {
    counts.add(
      `${locale}${i}`,
      locale,
      guids.map((guid) => signed(guid)),
    );
  }
}

function listsOf(counts: LocaleCounts, noise = SILENCE, minClients?: number) {
  const { locales, guids, starts, addons, weights } = localeModel(counts, { noise, minClients });
  return Object.fromEntries(
    locales
      .toArray()
      .map((locale, l) => [
        locale,
        Array.from(addons.subarray(starts[l], starts[l + 1]), (addon, i) => [
          guids.at(addon),
          weights[(starts[l] ?? 0) + i],
        ]),
      ]),
  );
}

describe('counts of a locale', () => {
  it('let one client change one count by one, in one locale', () => {
    const counts = new LocaleCounts([A, B, C, A], keyedChoice(1));
    expect(counts.curated).toEqual([A, B, C]);
    fill(counts, 'de', 60, A, B, C, A);
    const [de] = counts.locales();
    expect(de?.clients).toBe(60);
    expect(de?.counts.reduce((a, b) => a + b)).toBe(60);
    expect(Math.min(...(de?.counts ?? []))).toBeGreaterThan(5);
  });

  it('do not depend on the order of clients or of their add-ons', () => {
    const [one, other] = [new LocaleCounts([A, B], keyedChoice(1)), new LocaleCounts([A, B], keyedChoice(1))];
    for (let i = 0; i < 20; i++) one.add(`c${i}`, 'de', [signed(A), signed(B)]);
    for (let i = 19; i >= 0; i--) other.add(`c${i}`, 'de', [signed(B), signed(A)]);
    expect([...other.locales()]).toEqual([...one.locales()]);
  });

  it('take no add-on of which a flag is unknown, and no client without a locale', () => {
    const counts = new LocaleCounts([A], keyedChoice(1));
    for (const flags of [
      { blocklisted: null },
      { signedState: null },
      { userDisabled: null },
      { appDisabled: null },
      { isSystem: null },
      { type: null },
      { signedState: 1 },
    ]) {
      counts.add('c', 'de', [signed(A, flags)]);
    }
    counts.add('c', null, [signed(A)]);
    counts.add('c', 'null', [signed(A)]);
    expect([...counts.locales()]).toEqual([]);
    counts.add('c', 'de', [{ ...signed(A), ...addon(A, { foreignInstall: true }) }]);
    expect([...counts.locales()]).toHaveLength(1);
  });

  it('know a locale whose add-ons are none of the curated', () => {
    const counts = new LocaleCounts([A, B], keyedChoice(1));
    fill(counts, 'de', 3, C);
    expect([...counts.locales()]).toEqual([{ locale: 'de', clients: 0, counts: new Uint32Array(2) }]);
  });
});

describe('the locale model', () => {
  it('gives shares of what is above the smallest, equal ones by guid', () => {
    const counts = new LocaleCounts([C, B, A], keyedChoice(1));
    fill(counts, 'de', 2, A);
    fill(counts, 'de', 2, B);
    expect(listsOf(counts)).toEqual({
      de: [
        [A, 0.5],
        [B, 0.5],
        [C, 0],
      ],
    });
  });

  it('leaves out a locale with fewer clients than the minimum, as noised', () => {
    const counts = new LocaleCounts([A, B], keyedChoice(1));
    fill(counts, 'de', 12, A);
    fill(counts, 'hsb', 9, A);
    fill(counts, 'mai', 9, A);
    const noise = { ...SILENCE, clients: (locale: string) => (locale === 'mai' ? 1 : 0) };
    expect(Object.keys(listsOf(counts, noise, 10))).toEqual(['de', 'mai']);
    const broken = { ...SILENCE, clients: () => Number.NaN };
    expect(listsOf(counts, broken, 10)).toEqual({});
  });

  it('leaves out a locale with nothing to tell, and refuses noise that is not finite', () => {
    const counts = new LocaleCounts([A], keyedChoice(1));
    fill(counts, 'de', 5, A);
    expect(listsOf(counts)).toEqual({});
    for (const noise of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const release = { noise: { ...SILENCE, addon: () => noise } };
      expect(() => localeModel(counts, release)).toThrow(
        expect.objectContaining({ code: 'training-degenerate' }),
      );
    }
    expect(listsOf(new LocaleCounts([], keyedChoice(1)))).toEqual({});
  });
});

describe('noise from a secret', () => {
  const source = secretSource(Buffer.from('secret'), 'day 1');

  it('is the same for the same thing, and another for any other thing, release or secret', () => {
    expect(source('addon', 'de', A)).toBe(source('addon', 'de', A));
    const drawn = [
      source('addon', 'de', A),
      source('addon', 'de', B),
      source('addon', 'deA', ''),
      source('clients', 'de'),
      secretSource(Buffer.from('secret'), 'day 2')('addon', 'de', A),
      secretSource(Buffer.from('Secret'), 'day 1')('addon', 'de', A),
    ];
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('has the scale that epsilon says, and lies on the same grid for every count', () => {
    const draws = Array.from({ length: 4000 }, (_, i) =>
      laplaceNoise(source, { epsilon: 0.1, clientsEpsilon: 1 }).addon('de', `${i}`),
    );
    const size = draws.reduce((sum, x) => sum + Math.abs(x), 0) / draws.length;
    expect(size / 10).toBeGreaterThan(0.9);
    expect(size / 10).toBeLessThan(1.1);
    expect(draws.every((x) => Number.isInteger(x * 2 ** 20))).toBe(true);
  });

  it('refuses an epsilon that hides nothing or everything; what a release tells is the sum of both', () => {
    for (const epsilon of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => laplaceNoise(source, { epsilon, clientsEpsilon: 1 })).toThrow(RangeError);
      expect(() => laplaceNoise(source, { epsilon: 1, clientsEpsilon: epsilon })).toThrow(RangeError);
    }
    expect(epsilonOfRelease(LOCALE_PRIVACY)).toBeCloseTo(0.5);
  });
});
