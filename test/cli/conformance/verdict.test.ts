import { beforeAll, describe, expect, it } from 'vitest';
import { KitCandidates } from '../../../src/cli/conformance/candidates.ts';
import { type Kit, type KitCase, readKit } from '../../../src/cli/conformance/kit.ts';
import { type ServiceAnswer, type Verdict, verdictOn } from '../../../src/cli/conformance/verdict.ts';

let kit: Kit;
let candidates: KitCandidates;
beforeAll(async () => {
  kit = await readKit();
  candidates = new KitCandidates(kit);
});

/** What the original answered. */
function recorded(one: KitCase): ServiceAnswer {
  return {
    status: one.status,
    contentType: one.content_type,
    location: one.location ?? undefined,
    allow: one.allow ?? undefined,
    body: one.response,
  };
}

function caseOf(id: string): KitCase {
  const one = kit.cases.find((candidate) => candidate.id === id);
  if (one === undefined) throw new Error(`the kit has no ${id}`);
  return one;
}

function judged(one: KitCase, change: Partial<ServiceAnswer>): Verdict {
  return verdictOn(one, { ...recorded(one), ...change }, kit, candidates);
}

function withResults(one: KitCase, change: (results: string[]) => string[]): Partial<ServiceAnswer> {
  const { results } = JSON.parse(one.response) as { results: string[] };
  return { body: JSON.stringify({ results: change(results) }) };
}

describe('the kit', () => {
  it('finds every answer of the original to be its own', () => {
    const verdicts = kit.cases.map((one) => judged(one, {}).kind);
    expect(verdicts.filter((kind) => kind === 'same')).toHaveLength(149);
    expect(verdicts.filter((kind) => kind === 'not-compared')).toHaveLength(5);
    expect(kit.cases.filter(({ uniforms }) => uniforms.length > 0).length).toBeGreaterThan(40);
  });

  it('accepts what the original could have drawn, in the order of weight, and no other order', () => {
    const one = caseOf('http-4');
    const client = one.path.split('/').at(-2) ?? '';
    const all = candidates.of(client, null).map(([guid]) => guid);
    expect(
      judged(
        one,
        withResults(one, () => all.slice(5, 15)),
      ),
    ).toEqual({ kind: 'same' });
    expect(
      judged(
        one,
        withResults(one, (results) => results.reverse()),
      ),
    ).toMatchObject({
      kind: 'different',
      faults: [expect.stringContaining('is not in order of weight')],
    });
  });

  it('finds a foreign guid, one too few, one too many and one that comes twice', () => {
    const one = caseOf('http-4');
    const faults = [
      [(results: string[]) => [...results.slice(0, 9), 'foreign@x'], 'no candidates: foreign@x'],
      [(results: string[]) => results.slice(1), '9 drawn where 10 to 10 were to be'],
      [(results: string[]) => [...results, results[9] ?? ''], 'a guid comes twice'],
    ] as const;
    for (const [change, fault] of faults) {
      const verdict = judged(one, withResults(one, change));
      expect(verdict).toMatchObject({ kind: 'different', faults: expect.arrayContaining([fault]) });
    }
  });

  it('finds a promoted add-on that is missing, or stands where its weight does not', () => {
    const one = caseOf('http-20');
    const without = withResults(one, (results) => results.filter((guid) => guid !== 'guid55'));
    expect(judged(one, without)).toMatchObject({ faults: ['promoted and missing: guid55'] });
    const last = withResults(one, (results) => [...results.filter((guid) => guid !== 'guid1'), 'guid1']);
    expect(judged(one, last)).toMatchObject({ faults: [expect.stringContaining('guid1 at place 13')] });
  });

  it('compares exactly where nothing is drawn, but for how JSON and pages are written', () => {
    const related = caseOf('http-104');
    const pretty = JSON.stringify(JSON.parse(related.response), null, 2);
    expect(judged(related, { body: pretty, contentType: 'application/json; charset=utf-8' })).toEqual({
      kind: 'same',
    });
    expect(
      judged(
        related,
        withResults(related, (results) => results.reverse()),
      ).kind,
    ).toBe('different');
    expect(judged(related, { contentType: 'text/html' }).kind).toBe('different');
    expect(judged(caseOf('http-146'), { body: '{"error": "not found"}', contentType: 'x' }).kind).toBe(
      'same',
    );
  });

  it('compares redirects and methods, whatever the host and the order', () => {
    const redirect = caseOf('http-144');
    const { pathname } = new URL(redirect.location ?? '');
    expect(judged(redirect, { location: pathname })).toEqual({ kind: 'same' });
    expect(judged(redirect, { location: '/elsewhere/' }).kind).toBe('different');
    const refused = caseOf('http-145');
    expect(judged(refused, { allow: 'GET,OPTIONS,HEAD' })).toEqual({ kind: 'same' });
    expect(judged(refused, { allow: 'GET' }).kind).toBe('different');
  });

  it('counts 400 for a body that the original fails at as mended, and no other status', () => {
    expect(judged(caseOf('http-32'), { status: 400 }).kind).toBe('mended');
    expect(judged(caseOf('http-32'), { status: 200 }).kind).toBe('different');
    expect(judged(caseOf('http-4'), { status: 400 }).kind).toBe('different');
  });
});
