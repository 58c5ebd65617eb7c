import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactName } from '../../../src/cli/artifacts/artifact-names.ts';
import { artifactsOfModel } from '../../../src/cli/artifacts/artifacts-of-model.ts';
import { artifactsOf, importedModel } from '../../../src/cli/artifacts/models-of-artifacts.ts';
import { type Kit, readKit } from '../../../src/cli/conformance/kit.ts';
import { orderedJsonText, parseOrderedJson, plainJson } from '../../../src/domain/ordered-json.ts';
import { MODEL_NAMES, type ModelName } from '../../../src/models/model-kind.ts';

/** The texts of a model's artifacts after they have been a model. */
function again(model: ModelName, texts: readonly string[]): string[] {
  const { bytes } = importedModel(model, texts.map(parseOrderedJson));
  const written = new Map<ArtifactName, string>(
    artifactsOfModel(model, bytes).map(([name, value]) => [name, [...orderedJsonText(value)].join('')]),
  );
  return artifactsOf(model).map((name) => written.get(name) ?? '');
}

const guid = fc.oneof(
  fc.nat(99).map(String),
  fc.constantFrom('a@x', '{b}', 'übung@例え.example', '😀', '__proto__', 'constructor', '-1', '01'),
);
/** Entries of an object, each key once, in an order of their own. */
function entries<V>(value: fc.Arbitrary<V>): fc.Arbitrary<Map<string, V>> {
  return fc
    .uniqueArray(fc.tuple(guid, value), { selector: ([key]) => key, maxLength: 8 })
    .map((list) => new Map(list));
}
const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });

let kit: Kit;
beforeAll(async () => {
  kit = await readKit();
});

describe('artifacts that become a model and artifacts again', () => {
  it.each(MODEL_NAMES)('are the same: %s of the original', (model) => {
    const texts = artifactsOf(model).map((name) => [...orderedJsonText(kit.artifacts.get(name))].join(''));
    expect(texts.every((text) => text.length > 2)).toBe(true);
    expect(again(model, texts).map((text) => JSON.parse(text))).toEqual(texts.map(asKept));
  });

  it('keep the order of guids and of partners, also of those that look like whole numbers', () => {
    fc.assert(
      fc.property(entries(entries(count)), entries(count), (coinstall, ranking) => {
        const text = [...orderedJsonText(coinstall)].join('');
        expect(again('coinstall', [text])).toEqual([text]);
        const ranks = [...orderedJsonText(ranking)].join('');
        expect(again('ranking', [ranks])).toEqual([ranks]);
      }),
    );
  });

  it('keep every number, in locale lists, weights and rows', () => {
    const locales = entries(fc.array(fc.tuple(guid, number), { maxLength: 4 }));
    const rows = fc.array(fc.record({ id: fc.nat(0x7fffff), features: fc.tuple(number, number) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(locales, number, rows, (locale, weight, matrix) => {
        const ensemble = { ensemble_weights: { collaborative: weight, similarity: 0, locale: 1 } };
        expect(values(again('locale', [textOf(locale)]))).toEqual(values([textOf(locale)]));
        expect(values(again('ensemble', [textOf(ensemble)]))).toEqual(values([textOf(ensemble)]));
        const both = [textOf(matrix), '{"5": {"id": "a@x", "name": "A", "isWebextension": true}}'];
        expect(values(again('collaborative', both))).toEqual(values(both));
      }),
    );
  });
});

/** All but the ids of donors, which TAAR does not read and which are somebody's. */
function asKept(text: string): unknown {
  return JSON.parse(text, (key, value) => (key === 'client_id' ? undefined : value));
}

function textOf(value: unknown): string {
  return [...orderedJsonText(value)].join('');
}

/** A negative zero weighs as much as any other. */
function values(texts: readonly string[]): unknown {
  return texts.map((text) => JSON.parse(JSON.stringify(plainJson(parseOrderedJson(text)))));
}
