import type { AllowlistModel } from '../allowlist.ts';
import { StringTable } from '../string-table.ts';
import { listAt, textAt } from './artifact-values.ts';

/**
 * The model of TAAR's `only_guids_top_200.json` (spec/taar-serving.md section 6).
 * @throws TaarError `artifact-invalid` (halt) that says where
 */
export function allowlistFromArtifact(artifact: unknown): AllowlistModel {
  const guids = listAt(artifact, 'whitelist').map((guid, i) => textAt(guid, `whitelist[${i}]`));
  return { guids: StringTable.of(guids) };
}

/** The artifact of a model, equal as a JSON value to the one that it was made of. */
export function allowlistToArtifact(model: AllowlistModel): readonly string[] {
  return model.guids.toArray();
}
