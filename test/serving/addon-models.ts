import { ALLOWLIST } from '../../src/models/allowlist.ts';
import { allowlistFromArtifact } from '../../src/models/artifacts/allowlist.ts';
import { coinstallFromArtifact } from '../../src/models/artifacts/coinstall.ts';
import { collaborativeFromArtifacts } from '../../src/models/artifacts/collaborative.ts';
import { ensembleFromArtifact } from '../../src/models/artifacts/ensemble.ts';
import { localeFromArtifact } from '../../src/models/artifacts/locale.ts';
import { rankingFromArtifact } from '../../src/models/artifacts/ranking.ts';
import { similarityFromArtifacts } from '../../src/models/artifacts/similarity.ts';
import { COINSTALL } from '../../src/models/coinstall.ts';
import { COLLABORATIVE } from '../../src/models/collaborative.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { ENSEMBLE } from '../../src/models/ensemble.ts';
import { LOCALE } from '../../src/models/locale.ts';
import type { ModelKind, ModelName } from '../../src/models/model-kind.ts';
import type { SetSections } from '../../src/models/model-runtime.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import { RANKING } from '../../src/models/ranking.ts';
import { SIMILARITY } from '../../src/models/similarity.ts';
import type { Section, Sections } from '../../src/models/snapshot.ts';
import { prepare } from '../../src/serving/addons/prepare.ts';
import { type AddonModels, addonsRuntime } from '../../src/serving/addons/runtime.ts';

/** TAAR's JSON artifacts by the names that the goldens use; null or absent: there is no such object. */
export interface AddonArtifacts {
  readonly item_matrix?: unknown;
  readonly addon_mapping?: unknown;
  readonly donors?: unknown;
  readonly lr_curves?: unknown;
  readonly locale?: unknown;
  readonly ensemble?: unknown;
  readonly whitelist?: unknown;
  readonly coinstall?: unknown;
  readonly ranking?: unknown;
}

/** The members of a set, as a node opens them after they came through the log. A half of a model makes none. */
export function addonMembers(artifacts: AddonArtifacts): SetSections {
  const { item_matrix, addon_mapping, donors, lr_curves } = artifacts;
  const members = new Map<ModelName, Sections>();
  const add = <M>(kind: ModelKind<M>, parts: readonly unknown[], make: () => M): void => {
    if (parts.every((part) => part !== null && part !== undefined)) {
      members.set(kind.name, transported(kind.encode(make())));
    }
  };
  add(COLLABORATIVE, [item_matrix, addon_mapping], () =>
    collaborativeFromArtifacts(item_matrix, addon_mapping),
  );
  add(SIMILARITY, [donors, lr_curves], () => similarityFromArtifacts(donors, lr_curves));
  add(LOCALE, [artifacts.locale], () => localeFromArtifact(artifacts.locale));
  add(ENSEMBLE, [artifacts.ensemble], () => ensembleFromArtifact(artifacts.ensemble));
  add(ALLOWLIST, [artifacts.whitelist], () => allowlistFromArtifact(artifacts.whitelist));
  add(COINSTALL, [artifacts.coinstall], () => coinstallFromArtifact(artifacts.coinstall));
  add(RANKING, [artifacts.ranking], () => rankingFromArtifact(artifacts.ranking));
  return members;
}

/** The models as requests use them: encoded, read back, prepared, and attached as views. */
export function addonModels(artifacts: AddonArtifacts): AddonModels {
  const members = addonMembers(artifacts);
  const runtime = addonsRuntime({ maxResults: 4, truncate: 20 });
  const models = runtime.attach(members, transported(prepare(members)));
  runtime.warmUp(models);
  return models;
}

function transported(sections: readonly Section[]): Sections {
  return openSnapshot(encodeSnapshot(sections), { verify: true });
}
