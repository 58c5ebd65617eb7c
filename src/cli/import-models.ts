import { TaarError } from '../domain/errors.ts';
import type { OrderedJson } from '../domain/ordered-json.ts';
import type { ImportedModel } from '../models/model-import.ts';
import { MODEL_NAMES, type ModelName } from '../models/model-kind.ts';
import type { ModelListing } from '../models/model-listing.ts';
import { openSnapshot } from '../models/open-snapshot.ts';
import { SIMILARITY } from '../models/similarity.ts';
import { findArtifacts, readArtifact } from './artifacts/artifact-files.ts';
import type { ArtifactKeys, ArtifactName } from './artifacts/artifact-names.ts';
import { artifactsOf, importedModel, inFiles } from './artifacts/models-of-artifacts.ts';
import type { Operations } from './control/operations.ts';
import { donorWarning } from './donor-warning.ts';
import { sizeText } from './report-lines.ts';

/**
 * Reads the artifacts in files and folders, one model after the other.
 * @throws TaarError `artifact-incomplete` (halt) where a model lacks one of its two; what finding and reading say
 */
export async function readModels(
  paths: readonly string[],
  keys: ArtifactKeys,
  progress: (line: string) => void,
): Promise<readonly ImportedModel[]> {
  const found = await findArtifacts(paths, keys);
  const models: ImportedModel[] = [];
  for (const model of MODEL_NAMES.filter((name) => isThere(name, found))) {
    const files = artifactsOf(model).map((name) => found.get(name) ?? '');
    const values: OrderedJson[] = [];
    for (const file of files) values.push((await readArtifact(file)).value);
    models.push(inNameOf(files, () => importedModel(model, values)));
    const { bytes, metrics } = models.at(-1) ?? { bytes: new Uint8Array(), metrics: [] };
    progress(`${model}: ${metrics[0]?.value} items, ${sizeText(bytes.length)}, from ${files.join(' and ')}`);
    if (model !== 'similarity') continue;
    const warning = donorWarning(SIMILARITY.view(openSnapshot(bytes, { verify: false })));
    if (warning !== undefined) progress(`  warning: ${warning}`);
  }
  return models;
}

/** Publishes the models and serves them as one set. */
export function serveImported(
  operations: Pick<Operations, 'importModels'>,
  models: readonly ImportedModel[],
): Promise<ModelListing> {
  return operations.importModels(models, "imported from TAAR's artifacts");
}

function isThere(model: ModelName, found: ReadonlyMap<ArtifactName, string>): boolean {
  const needed = artifactsOf(model);
  const missing = needed.filter((name) => !found.has(name));
  if (missing.length === 0 || missing.length === needed.length) return missing.length === 0;
  const there = needed.filter((name) => found.has(name));
  throw new TaarError(
    'artifact-incomplete',
    'halt',
    `the ${model} model needs ${needed.join(' and ')}; there is ${there.join()} but no ${missing.join()}`,
  );
}

function inNameOf<R>(files: readonly string[], make: () => R): R {
  try {
    return make();
  } catch (error) {
    throw inFiles(files, error);
  }
}
