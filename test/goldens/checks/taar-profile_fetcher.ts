import { featuresOfPayload } from '../../../src/domain/client-features.ts';
import type { GoldenCheck } from '../golden.ts';
import { featuresOf, type TaarProfile } from '../taar-profile.ts';

interface Golden {
  readonly cases: readonly {
    readonly id: string;
    /** `__absent__`: there is no row. */
    readonly payload: unknown;
    readonly expected: (TaarProfile & { readonly installed_addons: readonly (string | null)[] }) | null;
  }[];
}

/** The jobs from June 2020 on write other names than the service reads, so that the original sees 0 and ''. */
const NEWER_NAMES = 'fields under the names of the newer jobs are read';
const NAMELESS = 'an id that is no text names no add-on';

const NEW = new Set(['geo_city', 'bookmark_count', 'tab_open_count', 'total_uri', 'unique_tlds']);

export const check: GoldenCheck = {
  file: 'taar/profile_fetcher',
  run(data, report) {
    for (const { id, payload, expected } of (data as Golden).cases) {
      const actual = featuresOfPayload(payload === '__absent__' ? undefined : payload);
      if (expected === null) {
        report.equal(id, actual, undefined);
        continue;
      }
      const newer = newerNamesIn(payload);
      if (Object.keys(newer).length > 0) report.rule(NEWER_NAMES);
      const installed = expected.installed_addons.filter((guid) => guid !== null);
      if (installed.length < expected.installed_addons.length) report.rule(NAMELESS);
      report.equal(id, actual, featuresOf({ ...expected, ...newer, installed_addons: installed }));
    }
  },
};

function newerNamesIn(payload: unknown): Readonly<Record<string, unknown>> {
  const fields = Object.entries(payload as Readonly<Record<string, unknown>>);
  return Object.fromEntries(fields.filter(([name]) => NEW.has(name)));
}
