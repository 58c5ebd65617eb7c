import { type CoinstallModel, coinstallFromMap, coinstallToMap } from '../coinstall.ts';
import { countAt, entriesAt, objectOf, textAt } from './artifact-values.ts';

export type CoinstallArtifact = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * The model of TAAR's `guid_coinstallation.json` (spec/taar-serving.md section 6).
 * @throws TaarError `artifact-invalid` (halt) that says where
 */
export function coinstallFromArtifact(artifact: unknown): CoinstallModel {
  const rows = entriesAt(artifact, 'coinstall').map(([guid, row]) => {
    const place = `coinstall.${textAt(guid, 'a key of coinstall')}`;
    return [guid, rowOf(entriesAt(row, place), place)] as const;
  });
  return coinstallFromMap(new Map(rows));
}

/** The artifact of a model, equal as a JSON value to the one that it was made of. */
export function coinstallToArtifact(model: CoinstallModel): CoinstallArtifact {
  return objectOf([...coinstallToMap(model)].map(([guid, row]) => [guid, objectOf(row)]));
}

function rowOf(entries: readonly (readonly [string, unknown])[], place: string): Map<string, number> {
  return new Map(
    entries.map(([guid, count]) => [
      textAt(guid, `a key of ${place}`),
      countAt(count, `${place}.${guid}`, 1),
    ]),
  );
}
