import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import type { ParamDef, ParamValue } from '../../../src/serving/flow/param.ts';
import { ParamRegistry } from '../../../src/serving/flow/param-registry.ts';
import type { GoldenCheck } from '../golden.ts';

interface Golden {
  readonly definitions: readonly {
    readonly name: string;
    readonly default: ParamValue;
    readonly min?: number;
    readonly max?: number;
  }[];
  readonly rules: readonly {
    readonly when: Readonly<Record<string, string>>;
    readonly set: Readonly<Record<string, ParamValue>>;
  }[];
  readonly cases: readonly {
    readonly override: Readonly<Record<string, unknown>>;
    readonly context: Readonly<Record<string, string>>;
    readonly killSwitches: Readonly<Record<string, ParamValue>>;
    readonly expected: Readonly<Record<string, ParamValue>>;
  }[];
}

const MAX_NAMES = 100;

/** Every param of the file may be overridden: it knows nothing of those that may not. */
export const check: GoldenCheck = {
  file: 'frs/params',
  run(data, report) {
    const { definitions, rules, cases } = data as Golden;
    const defs = definitions.map(({ name, ...def }): ParamDef => ({ key: name, overridable: true, ...def }));
    for (const [i, { override, context, killSwitches, expected }] of cases.entries()) {
      const registry = new ParamRegistry(defs, { rules, killSwitches }, new CountedStats(MAX_NAMES));
      const params = registry.resolve({ context, overrides: override });
      report.equal(`case ${i}`, Object.fromEntries(defs.map((def) => [def.key, params.get(def)])), expected);
    }
  },
};
