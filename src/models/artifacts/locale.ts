import type { LocaleModel } from '../locale.ts';
import { StringNumbers } from '../string-numbers.ts';
import { StringTable } from '../string-table.ts';
import { entriesAt, listAt, numberAt, objectOf, pairAt, textAt } from './artifact-values.ts';

export type LocaleArtifact = Readonly<Record<string, readonly (readonly [string, number])[]>>;

/**
 * The model of TAAR's `top10_dict.json` (spec/taar-serving.md section 6).
 * @throws TaarError `artifact-invalid` (halt) that says where
 */
export function localeFromArtifact(artifact: unknown): LocaleModel {
  const lists = entriesAt(artifact, 'locale');
  const guids = new StringNumbers();
  const starts = new Uint32Array(lists.length + 1);
  const addons: number[] = [];
  const weights: number[] = [];
  for (const [l, [locale, list]] of lists.entries()) {
    for (const [i, entry] of listAt(list, `locale.${locale}`).entries()) {
      const place = `locale.${locale}[${i}]`;
      const [guid, weight] = pairAt(entry, place);
      addons.push(guids.numberOf(textAt(guid, `${place}[0]`)));
      weights.push(numberAt(weight, `${place}[1]`));
    }
    starts[l + 1] = addons.length;
  }
  return {
    locales: StringTable.of(lists.map(([locale]) => textAt(locale, 'a key of locale'))),
    guids: StringTable.of(guids.strings()),
    starts,
    addons: Uint32Array.from(addons),
    weights: Float64Array.from(weights),
  };
}

/** The artifact of a model, equal as a JSON value to the one that it was made of. */
export function localeToArtifact(model: LocaleModel): LocaleArtifact {
  const guids = model.guids.toArray();
  return objectOf(
    model.locales.toArray().map((locale, l) => {
      const start = model.starts[l] ?? 0;
      const list = [...model.addons.subarray(start, model.starts[l + 1])];
      return [locale, list.map((addon, i) => [guids[addon] ?? '', model.weights[start + i] ?? 0] as const)];
    }),
  );
}
