import { describe, expect, it } from 'vitest';
import type { ClientFeatures } from '../../../src/domain/client-features.ts';
import { uniformsOf } from '../../../src/domain/random.ts';
import {
  acceptWeights,
  type EnsembleMember,
  ensembleOf,
  trainEnsemble,
} from '../../../src/trainers/addons/ensemble.ts';
import {
  type EnsembleAddon,
  type HeldOutClient,
  sampleClients,
  withNewestHidden,
} from '../../../src/trainers/addons/ensemble-rows.ts';
import { addon } from './people.ts';

const NOTHING = {
  locale: null,
  os: null,
  geoCity: null,
  subsessionLength: null,
  bookmarkCount: null,
  tabOpenCount: null,
  totalUri: null,
  uniqueTlds: null,
};

function installedOn(days: readonly (number | null)[], other: Partial<EnsembleAddon> = {}): EnsembleAddon[] {
  return days.map((installDay, i) => ({ ...addon(`${i}@example.org`), installDay, ...other }));
}

describe('a client with a hidden add-on', () => {
  it('hides what was installed last, of one day the last in order, and shows the rest by day', () => {
    const client = withNewestHidden(installedOn([5, 9, 1, 9, 3]), NOTHING);
    expect(client?.hidden).toBe('3@example.org');
    expect(client?.features.installed).toEqual([
      '2@example.org',
      '4@example.org',
      '0@example.org',
      '1@example.org',
    ]);
  });

  it('needs five add-ons that count and whose day is known', () => {
    expect(withNewestHidden(installedOn([1, 2, 3, 4]), NOTHING)).toBeUndefined();
    expect(withNewestHidden(installedOn([1, 2, 3, 4, null]), NOTHING)).toBeUndefined();
    const system = { ...addon('system@example.org', { isSystem: true }), installDay: 9 };
    expect(withNewestHidden([...installedOn([1, 2, 3, 4]), system], NOTHING)).toBeUndefined();
    expect(withNewestHidden([...installedOn([1, 2, 3, 4, 5]), system], NOTHING)?.hidden).toBe(
      '4@example.org',
    );
  });

  it('has fewer than a hundred add-ons of any kind', () => {
    const days = Array.from({ length: 99 }, (_, day) => day);
    expect(withNewestHidden(installedOn(days), NOTHING)).toBeDefined();
    expect(withNewestHidden(installedOn([...days, null]), NOTHING)).toBeUndefined();
  });

  it('has truncated numbers, and empty ones where nothing is known', () => {
    const usage = { ...NOTHING, subsessionLength: 12.9, geoCity: 'Mainz' };
    expect(withNewestHidden(installedOn([1, 2, 3, 4, 5]), usage)?.features).toMatchObject({
      subsessionLength: 12,
      geoCity: 'Mainz',
      locale: '',
      totalUri: 0,
    });
  });
});

const ITEMS = 8;

/** Clients who want one of a few add-ons, told apart by a number of theirs. */
function clients(count: number): HeldOutClient[] {
  return Array.from({ length: count }, (_, i) => {
    const draw = uniformsOf(3, 'client', i);
    const features: ClientFeatures = {
      ...NOTHING,
      installed: [`own-${i % 5}@example.org`],
      totalUri: Math.floor(draw(0) * 1000),
    };
    return { features, hidden: `${Math.floor(draw(1) * ITEMS)}@example.org` };
  });
}

/** Knows what a client wants with this chance: it then puts it at a drawn place of its list. */
function member(name: string, wanted: ReadonlyMap<ClientFeatures, string>, chance: number): EnsembleMember {
  return {
    name,
    parent: `${name}/1`,
    recommend: (features, limit) => {
      const draw = uniformsOf(5, name, `${features.totalUri}`);
      const others = Array.from({ length: limit }, (_, i) => `other-${name}-${i}@example.org`);
      if (draw(0) < chance) others[Math.floor(draw(1) * limit)] = wanted.get(features) ?? '';
      return others.map((guid, i) => [guid, (limit - i) / limit] as const);
    },
  };
}

function membersFor(all: readonly HeldOutClient[]): EnsembleMember[] {
  const wanted = new Map(all.map(({ features, hidden }) => [features, hidden]));
  return [
    member('collaborative', wanted, 0.6),
    member('similarity', wanted, 0.4),
    member('locale', wanted, 0.2),
  ];
}

describe("the ensemble's weights", () => {
  it('are found for every member that finds something, with the versions that they hold for', () => {
    const all = clients(300);
    const trained = trainEnsemble(all, membersFor(all));
    if (trained === undefined) throw new Error('nothing was trained');
    expect(trained.model.recommenders.toArray()).toEqual(['collaborative', 'similarity', 'locale']);
    expect(trained.parents).toEqual(['collaborative/1', 'similarity/1', 'locale/1']);
    expect(trained.clients).toBe(300);
    expect(trained.found).toBeGreaterThan(150);
    expect(acceptWeights(trained.model)).toEqual({ accepted: true });
  });

  it('are the same bits whatever the order of clients', () => {
    const all = clients(200);
    const there = trainEnsemble(all, membersFor(all));
    const back = trainEnsemble([...all].reverse(), membersFor(all));
    expect(back?.model.weights).toEqual(there?.model.weights);
  });

  it('are not found where every client or none is answered right', () => {
    const all = clients(20);
    const silent = membersFor(all).map((one) => ({ ...one, recommend: () => [] }));
    expect(trainEnsemble(all, silent)).toBeUndefined();
    expect(trainEnsemble([], silent)).toBeUndefined();
  });

  it('end with what a member throws', () => {
    const [first, ...others] = membersFor([]);
    if (first === undefined) throw new Error('there is no member');
    const broken = {
      ...first,
      recommend: () => {
        throw new Error('no curve');
      },
    };
    expect(() => trainEnsemble(clients(5), [broken, ...others])).toThrow('no curve');
  });

  it('are refused unless there are three, finite and above 0', () => {
    const members = membersFor([]);
    const verdict = (...weights: number[]) => acceptWeights(ensembleOf(members, Float64Array.from(weights)));
    expect(verdict(1, 2, 3)).toEqual({ accepted: true });
    expect(verdict(1, 0, 3)).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('similarity'),
    });
    expect(verdict(1, 2, Number.NaN).accepted).toBe(false);
    expect(verdict(Number.POSITIVE_INFINITY, 2, 3).accepted).toBe(false);
    expect(acceptWeights(ensembleOf(members.slice(1), Float64Array.of(1, 1))).accepted).toBe(false);
  });
});

describe('a sample of clients', () => {
  it('draws each client for itself', () => {
    const all = clients(400);
    const sample = sampleClients(all, { size: 100, seed: 1 });
    expect(sample.length).toBeGreaterThan(60);
    expect(sample.length).toBeLessThan(140);
    const reversed = sampleClients([...all].reverse(), { size: 100, seed: 1 });
    expect(new Set(reversed)).toEqual(new Set(sample));
    expect(sampleClients(all, { size: 100, seed: 2 })).not.toEqual(sample);
    expect(sampleClients(all, { size: 1000, seed: 1 })).toEqual(all);
  });
});
