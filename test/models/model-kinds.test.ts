import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import {
  COINSTALL,
  type CoinstallModel,
  coinstallFromMap,
  coinstallToMap,
} from '../../src/models/coinstall.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { MODEL_NAMES } from '../../src/models/model-kind.ts';
import { MODEL_KINDS, parseModelName } from '../../src/models/model-kinds.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import { RANKING, type RankingModel, rankingFromMap, rankingToMap } from '../../src/models/ranking.ts';
import { StringTable } from '../../src/models/string-table.ts';

const GUID = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 });
const COUNT = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.maxSafeNat().map((count) => count || 1),
);

const ROWS = fc
  .uniqueArray(GUID, { maxLength: 12 })
  .chain((guids) => fc.tuple(...guids.map((guid) => fc.tuple(fc.constant(guid), entriesWithout(guid)))))
  .map((rows) => new Map(rows));

function entriesWithout(guid: string) {
  return fc
    .uniqueArray(fc.tuple(GUID, COUNT), { selector: ([partner]) => partner, maxLength: 8 })
    .map((entries) => new Map(entries.filter(([partner]) => partner !== guid)));
}

function coinstall(model: CoinstallModel): CoinstallModel {
  return COINSTALL.decode(openSnapshot(encodeSnapshot(COINSTALL.encode(model)), { verify: true }));
}

function ranking(model: RankingModel): RankingModel {
  return RANKING.decode(openSnapshot(encodeSnapshot(RANKING.encode(model)), { verify: true }));
}

function refused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return error instanceof TaarError && error.code === 'model-invalid';
  }
}

describe('a coinstall model', () => {
  it('keeps rows and entries in their order through a snapshot', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const received = coinstallToMap(coinstall(coinstallFromMap(rows)));
        expect(asLists(received)).toEqual(asLists(rows));
      }),
    );
  });

  it('has the same bytes whether its counts come in 32 or 64 bits', () => {
    const model = coinstallFromMap(new Map([['a', new Map([['b', 3]])]]));
    const wide = { ...model, counts: Float64Array.from(model.counts) };
    expect(encodeSnapshot(COINSTALL.encode(wide))).toEqual(encodeSnapshot(COINSTALL.encode(model)));
  });

  const sound: CoinstallModel = {
    guids: StringTable.of(['a', 'b', 'c']),
    rowStarts: Uint32Array.of(0, 2, 3),
    partners: Uint32Array.of(1, 2, 0),
    counts: Uint32Array.of(5, 1, 5),
  };
  const broken: Record<string, Partial<CoinstallModel>> = {
    'a partner out of range': { partners: Uint32Array.of(1, 3, 0) },
    'a partner twice in a row': { partners: Uint32Array.of(1, 1, 0) },
    'a count of zero': { counts: Uint32Array.of(5, 0, 5) },
    'a count that is no whole number': { counts: Float64Array.of(5, 1.5, 5) },
    'a negative count': { counts: Float64Array.of(2 ** 33, -1, 5) },
    'too few counts': { counts: Uint32Array.of(5, 1) },
    'rows that go backwards': { rowStarts: Uint32Array.of(0, 3, 2, 3) },
    'rows that begin late': { rowStarts: Uint32Array.of(1, 2, 3) },
    'rows that end early': { rowStarts: Uint32Array.of(0, 1, 2) },
    'no row bounds at all': { rowStarts: new Uint32Array() },
    'more rows than add-ons': { rowStarts: Uint32Array.of(0, 1, 2, 3, 3) },
    'an add-on twice': { guids: StringTable.of(['a', 'b', 'a']) },
  };

  it('may come from elsewhere with a row that holds itself', () => {
    const model = coinstallFromMap(new Map([['a', new Map([['a', 2]])]]));
    expect(
      coinstallToMap(
        COINSTALL.decode(openSnapshot(encodeSnapshot(COINSTALL.encode(model)), { verify: true })),
      ),
    ).toEqual(coinstallToMap(model));
  });

  it('is accepted where it is sound', () => {
    expect(coinstallToMap(coinstall(sound)).get('b')).toEqual(new Map([['a', 5]]));
  });

  it.each(Object.entries(broken))('is refused with %s', (_what, change) => {
    expect(refused(() => coinstall({ ...sound, ...change }))).toBe(true);
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot be made with a count of %s',
    (count) => {
      expect(refused(() => coinstallFromMap(new Map([['a', new Map([['b', count]])]])))).toBe(true);
    },
  );
});

describe('a ranking model', () => {
  it('keeps add-ons in order with their installs through a snapshot', () => {
    const installs = fc
      .uniqueArray(fc.tuple(GUID, fc.maxSafeNat()), { selector: ([guid]) => guid })
      .map((entries) => new Map(entries));
    fc.assert(
      fc.property(installs, (map) => {
        expect([...rankingToMap(ranking(rankingFromMap(map)))]).toEqual([...map]);
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN])('cannot be made with %s installs', (installs) => {
    expect(refused(() => rankingFromMap(new Map([['a', installs]])))).toBe(true);
  });

  it('is refused where an add-on has no installs or stands twice', () => {
    const guids = StringTable.of(['a', 'b']);
    expect(refused(() => ranking({ guids, installs: Uint32Array.of(1) }))).toBe(true);
    const twice = StringTable.of(['a', 'a']);
    expect(refused(() => ranking({ guids: twice, installs: Uint32Array.of(1, 1) }))).toBe(true);
  });
});

describe('the table of kinds', () => {
  it('has every model under its own name', () => {
    expect(MODEL_NAMES.map((name) => MODEL_KINDS[name].name)).toEqual([...MODEL_NAMES]);
    expect(parseModelName('coinstall')).toBe('coinstall');
    expect(parseModelName('constructor')).toBeUndefined();
  });
});

function asLists(rows: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  return [...rows].map(([guid, entries]) => [guid, [...entries]]);
}
