import { describe, expect, it } from 'vitest';
import type { ClientFeatures } from '../../../src/domain/client-features.ts';
import { uniformsOf } from '../../../src/domain/random.ts';
import type { ScoredAddon } from '../../../src/trainers/addons/cllr.ts';
import { type EnsembleMember, ensembleOf } from '../../../src/trainers/addons/ensemble.ts';
import type { HeldOutClient } from '../../../src/trainers/addons/ensemble-rows.ts';
import { HiddenPlaces } from '../../../src/trainers/addons/hidden-places.ts';
import { acceptStacked, trainStacked } from '../../../src/trainers/addons/stacked-ensemble.ts';

const ADDONS = 24;
const SEED = { seed: 4 };

function guid(number: number): string {
  return `${String(number).padStart(2, '0')}@example.org`;
}

function client(number: number, hidden: string, installed: readonly string[] = []): HeldOutClient {
  const features: ClientFeatures = {
    installed,
    locale: '',
    os: '',
    geoCity: '',
    subsessionLength: 0,
    bookmarkCount: 0,
    tabOpenCount: 0,
    totalUri: number,
    uniqueTlds: 0,
  };
  return { features, hidden };
}

function clients(count: number): HeldOutClient[] {
  return Array.from({ length: count }, (_, i) =>
    client(i, guid(Math.floor(uniformsOf(1, 'hidden', i)(0) * ADDONS))),
  );
}

/** Scores every add-on by noise and, for the hidden one, `hint` more, all times `scale`. */
function member(name: string, all: readonly HeldOutClient[], hint: number, scale = 1): EnsembleMember {
  const hidden = new Map(all.map((one) => [one.features.totalUri, one.hidden]));
  return {
    name,
    parent: `${name}/1`,
    recommend: ({ totalUri }, limit) => {
      const draw = uniformsOf(2, name, `${totalUri}`);
      return Array.from({ length: ADDONS }, (_, i): ScoredAddon => {
        const score = draw(i) + (guid(i) === hidden.get(totalUri) ? hint : 0);
        return [guid(i), score * scale];
      })
        .sort(([, a], [, b]) => b - a)
        .slice(0, limit);
    },
  };
}

function listing(name: string, list: readonly ScoredAddon[]): EnsembleMember {
  return { name, parent: name, recommend: (_, limit) => list.slice(0, limit) };
}

describe('the gain of hidden add-ons', () => {
  it('is by the place among the weighed sums, equal ones by guid', () => {
    const one = listing('one', [
      ['b', 3],
      ['c', 2],
      ['a', 1],
    ]);
    const other = listing('other', [
      ['a', 2],
      ['d', 1],
    ]);
    const places = new HiddenPlaces([one, other]);
    places.add(client(1, 'a'));
    // a: 1 + 2, b: 3, c: 2, d: 1.
    expect(places.gain(Float64Array.of(1, 1))).toBe(1);
    expect(places.gain(Float64Array.of(1, 0.9))).toBeCloseTo(1 / Math.log2(3), 14);
    expect(places.gain(Float64Array.of(1, 0))).toBe(0.5);
    places.add(client(2, 'nobody recommends it'));
    expect(places.gain(Float64Array.of(1, 1))).toBe(0.5);
    expect([places.clients, places.found]).toEqual([2, 1]);
  });

  it('does not see what the client has, nor an add-on of which nothing is said', () => {
    const one = listing('one', [
      ['b', 3],
      ['a', 1],
    ]);
    const places = new HiddenPlaces([one, listing('other', [['c', 5]])]);
    places.add(client(1, 'a', ['b']));
    expect(places.gain(Float64Array.of(1, 0))).toBe(1);
    expect(places.gain(Float64Array.of(0, 1))).toBe(0);
  });

  it('is nothing for a sum that is no number', () => {
    const places = new HiddenPlaces([
      listing('one', [
        ['a', Number.NaN],
        ['b', 1],
      ]),
    ]);
    places.add(client(1, 'a'));
    expect(places.gain(Float64Array.of(1))).toBe(0);
  });

  it('ends after 20 places', () => {
    const list = Array.from({ length: 21 }, (_, i): ScoredAddon => [guid(i), 30 - i]);
    const gainOf = (hidden: string): number => {
      const places = new HiddenPlaces([
        listing('one', list),
        listing('other', [['z', 40], ...list.slice(0, 20)]),
      ]);
      places.add(client(1, hidden));
      return places.gain(Float64Array.of(1, 1e-9));
    };
    expect(gainOf(guid(19))).toBeCloseTo(1 / Math.log2(21), 14);
    expect(gainOf(guid(20))).toBe(0);
  });
});

describe('stacked weights', () => {
  it('rank better than each member alone on clients that they were not chosen by', () => {
    const all = clients(400);
    const members = [member('one', all, 0.5), member('other', all, 0.5, 1000), member('noise', all, 0)];
    const stacked = trainStacked(all, members, SEED);
    if (stacked === undefined) throw new Error('nothing was trained');
    const { model, gain, gainsAlone, parents, searched, measured } = stacked;
    expect(gain).toBeGreaterThan(Math.max(...gainsAlone) + 0.05);
    expect(searched + measured).toBe(400);
    expect(measured).toBeGreaterThan(80);
    expect(parents).toEqual(['one/1', 'other/1', 'noise/1']);
    // The scale of a member's scores does not count, and who knows nothing counts little.
    const [one = 0, other = 0, noise = 0] = model.weights;
    expect((other * 1000) / one).toBeGreaterThan(0.4);
    expect((other * 1000) / one).toBeLessThan(2.5);
    expect(noise).toBeLessThan(one / 2);
    expect(acceptStacked(model)).toEqual({ accepted: true });
  });

  it('are the same bits whatever the order of clients, and differ by the seed only in who is searched', () => {
    const all = clients(150);
    const members = [member('one', all, 0.4), member('other', all, 0.3)];
    const there = trainStacked(all, members, SEED);
    expect(trainStacked([...all].reverse(), members, SEED)).toEqual(there);
    expect(trainStacked(all, members, { seed: 5 })?.searched).not.toBe(there?.searched);
  });

  it('are not found where nobody finds anything', () => {
    const silent = [listing('one', []), listing('other', [['never wanted', 1]])];
    expect(trainStacked(clients(10), silent, SEED)).toBeUndefined();
    expect(trainStacked([], silent, SEED)).toBeUndefined();
  });

  it('are refused where one is negative or no number, or all are 0', () => {
    const members = [listing('one', []), listing('other', [])];
    const verdict = (...weights: number[]) => acceptStacked(ensembleOf(members, Float64Array.from(weights)));
    expect(verdict(0, 1)).toEqual({ accepted: true });
    expect(verdict(0, 0).accepted).toBe(false);
    expect(verdict(1, -1)).toMatchObject({ accepted: false, reason: expect.stringContaining('other') });
    expect(verdict(1, Number.NaN).accepted).toBe(false);
    expect(verdict(1, Number.POSITIVE_INFINITY).accepted).toBe(false);
  });
});
