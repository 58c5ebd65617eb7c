import { uniformsOf } from '../src/domain/random.ts';
import type { LiteArtifacts } from '../test/serving/taarlite-models.ts';

const ADDONS = 2_000;
const PARTNERS = 60;

/** The guid of add-on i, in the two shapes that real ones have. */
function guidOf(i: number): string {
  const hex = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  return i % 2 === 0
    ? `{${hex.toString(16).padStart(8, '0')}-7a1b-4c2d-9e3f-0123456789ab}`
    : `addon-${i}@bench.example`;
}

/** The paths that are asked for: each add-on of the model once. */
export function paths(): readonly string[] {
  return Array.from(
    { length: ADDONS },
    (_, i) => `/taarlite/api/v1/addon_recommendations/${encodeURIComponent(guidOf(i))}/`,
  );
}

/** Models in which each add-on goes with many others, so that every answer is full. */
export function artifacts(): LiteArtifacts {
  const guids = Array.from({ length: ADDONS }, (_, i) => guidOf(i));
  const rows = guids.map((guid, i) => {
    const uniform = uniformsOf(1, 'bench partners', i);
    const partners = Array.from({ length: PARTNERS }, (_, k) => [
      guids[(i + 1 + Math.floor(uniform(2 * k) * (ADDONS - 1))) % ADDONS] ?? guid,
      50 + Math.floor(uniform(2 * k + 1) * 5_000),
    ]);
    return [guid, Object.fromEntries(partners) as Record<string, number>] as const;
  });
  return {
    coinstall: Object.fromEntries(rows),
    ranking: Object.fromEntries(guids.map((guid, i) => [guid, 1_000 - (i % 900)])),
  };
}
