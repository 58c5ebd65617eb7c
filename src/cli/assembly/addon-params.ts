import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { ADDON_PARAMS } from '../../serving/addons/flow/addon-params.ts';
import { ADDON_PLACEMENTS } from '../../serving/addons/placements.ts';
import { type ParamSettings, paramFault } from '../../serving/flow/param-registry.ts';

const VALUES = Type.Record(Type.String(), Type.Union([Type.Boolean(), Type.Number(), Type.String()]));
const FILE = Type.Object(
  {
    rules: Type.Optional(
      Type.Array(
        Type.Object(
          {
            when: Type.Object(
              {
                placement: Type.Optional(Type.Enum([...ADDON_PLACEMENTS.keys()])),
                locale: Type.Optional(Type.String()),
                platform: Type.Optional(Type.String()),
              },
              { additionalProperties: false },
            ),
            set: VALUES,
          },
          { additionalProperties: false },
        ),
      ),
    ),
    killSwitches: Type.Optional(VALUES),
  },
  { additionalProperties: false },
);
const FORM = Compile(FILE);

/**
 * The rules that an operator gives for the params of recommendations (`PARAMS_FILE`); undefined where there are none.
 * @throws TaarError `params-unusable` (halt), which says the first thing that is wrong
 */
export function readAddonParams(file: string | undefined): ParamSettings | undefined {
  if (file === undefined) return undefined;
  const settings = settingsIn(file);
  const defs = new Map(ADDON_PARAMS.map((def) => [def.key, def]));
  const values = [...(settings.rules ?? []).map(({ set }) => set), settings.killSwitches ?? {}];
  for (const [key, value] of values.flatMap((each) => Object.entries(each))) {
    const def = defs.get(key);
    if (def === undefined)
      throw unusable(file, `there is no param ${key}; there are ${[...defs.keys()].join(', ')}`);
    const fault = paramFault(def, value);
    if (fault !== undefined) throw unusable(file, fault);
  }
  return settings;
}

function settingsIn(file: string): ParamSettings & Static<typeof FILE> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unusable(file, messageOf(error));
  }
  if (FORM.Check(value)) return value;
  throw unusable(file, formFault(value));
}

/** Where the first fault of the form is, and what. */
function formFault(value: unknown): string {
  const [first] = FORM.Errors(value);
  if (first === undefined) return 'it is not as it should be';
  const isUnknown = first.schemaPath.endsWith('/additionalProperties');
  return `${first.instancePath || 'the whole'} ${isUnknown ? 'is not known' : first.message}`;
}

function unusable(file: string, why: string): TaarError {
  return new TaarError('params-unusable', 'halt', `PARAMS_FILE ${file} cannot be used: ${why}`);
}
