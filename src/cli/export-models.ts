import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { orderedJsonText } from '../domain/ordered-json.ts';
import { parseModelName } from '../models/model-kinds.ts';
import { wholeSnapshot } from '../models/stored-chunk.ts';
import { modelKey } from '../models/version.ts';
import { ARTIFACTS } from './artifacts/artifact-names.ts';
import { artifactsOfModel } from './artifacts/artifacts-of-model.ts';
import type { Operations } from './control/operations.ts';
import { manifestsOfSet } from './report-lines.ts';

/**
 * Writes the models of a set (the active one where none is named) as TAAR's artifacts, under its names.
 * @returns the files
 * @throws UsageError where there is no such set; TaarError `chunk-missing`, `snapshot-corrupt` (halt)
 */
export async function exportModels(
  operations: Pick<Operations, 'models' | 'modelChunk'>,
  folder: string,
  options: { readonly setVersion: string | undefined; readonly gzip: boolean },
): Promise<readonly string[]> {
  const manifests = manifestsOfSet(await operations.models(), options.setVersion);
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const manifest of manifests) {
    const model = parseModelName(manifest.model);
    if (model === undefined) continue;
    const snapshot = await wholeSnapshot(manifest, (index) =>
      operations.modelChunk(modelKey(manifest), index),
    );
    for (const [name, value] of artifactsOfModel(model, snapshot)) {
      const key = ARTIFACTS.find((artifact) => artifact.name === name)?.key ?? `${name}.json`;
      const file = join(folder, `${basename(key)}${options.gzip ? '.gz' : ''}`);
      await writeArtifact(file, value, options.gzip);
      files.push(file);
    }
  }
  return files;
}

async function writeArtifact(file: string, value: unknown, gzip: boolean): Promise<void> {
  const text = Readable.from(orderedJsonText(value));
  const target = createWriteStream(file);
  if (gzip) await pipeline(text, createGzip(), target);
  else await pipeline(text, target);
}
