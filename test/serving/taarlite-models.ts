import { COINSTALL, coinstallFromMap } from '../../src/models/coinstall.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import type { SetSections } from '../../src/models/model-runtime.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import { RANKING, rankingFromMap } from '../../src/models/ranking.ts';
import type { Section, Sections } from '../../src/models/snapshot.ts';
import { prepare } from '../../src/serving/addons/prepare.ts';
import { type AddonModels, addonsRuntime } from '../../src/serving/addons/runtime.ts';
import type { TaarliteAnswers } from '../../src/serving/addons/taarlite/answers.ts';

/** Both models as TAAR's JSON artifacts have them; the order of keys counts. */
export interface LiteArtifacts {
  readonly coinstall: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly ranking: Readonly<Record<string, number>>;
}

/** The members of a set, as a node opens them after they came through the log. */
export function liteMembers({ coinstall, ranking }: LiteArtifacts): SetSections {
  const rows = Object.entries(coinstall).map(([guid, row]) => [guid, new Map(Object.entries(row))] as const);
  return new Map([
    ['coinstall', transported(COINSTALL.encode(coinstallFromMap(new Map(rows))))],
    ['ranking', transported(RANKING.encode(rankingFromMap(new Map(Object.entries(ranking)))))],
  ]);
}

/** The sections that the receiver's worker thread makes of them. */
export function litePrepared(artifacts: LiteArtifacts): Sections {
  return transported(prepare(liteMembers(artifacts)));
}

/** A runtime as requests use it. */
export function liteRuntime(
  artifacts: LiteArtifacts,
  maxResults = 4,
  truncate = 20,
): AddonModels & { readonly taarlite: TaarliteAnswers } {
  const runtime = addonsRuntime({ maxResults, truncate });
  const models = runtime.attach(liteMembers(artifacts), litePrepared(artifacts));
  if (models.taarlite === undefined) throw new Error('both models are there, so TAARlite answers');
  return { ...models, taarlite: models.taarlite };
}

function transported(sections: readonly Section[]): Sections {
  return openSnapshot(encodeSnapshot(sections), { verify: true });
}
