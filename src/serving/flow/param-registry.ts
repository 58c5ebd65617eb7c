import type { ParamDef, Params, ParamValue } from './param.ts';
import { DEFAULT_PARAMS } from './param.ts';
import type { Stats } from './stats.ts';

/** Sets params for the requests whose context has all of these values. */
export interface ParamRule {
  readonly when: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, ParamValue>>;
}

/** What is known about a request that rules and overrides look at. */
export interface ParamContext {
  readonly context: Readonly<Record<string, string>>;
  /** What the request itself asks for; only overridable params take it. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
}

export interface ParamSettings {
  readonly rules?: readonly ParamRule[];
  /** Set by whoever operates the service; nothing outranks them. */
  readonly killSwitches?: Readonly<Record<string, ParamValue>>;
}

/**
 * The params of a process. Kill switch before override before the first rule that sets the param before default; what
 * was chosen and has the wrong type gives the default, and what is out of bounds is clamped. All of it is counted.
 */
export class ParamRegistry {
  readonly #defs = new Map<string, ParamDef>();
  readonly #rules: readonly ParamRule[];
  readonly #kills: readonly (readonly [string, ParamValue])[];
  readonly #stats: Stats;

  /** Throws RangeError for two definitions of one key, bad bounds, and rules or kill switches of unknown keys. */
  constructor(defs: readonly ParamDef[], { rules = [], killSwitches = {} }: ParamSettings, stats: Stats) {
    for (const def of defs) this.#define(def);
    for (const key of [...rules.flatMap(({ set }) => Object.keys(set)), ...Object.keys(killSwitches)]) {
      if (!this.#defs.has(key)) throw new RangeError(`there is no param ${key}`);
    }
    this.#rules = rules;
    this.#kills = Object.entries(killSwitches);
    this.#stats = stats.scope('param');
  }

  #define(def: ParamDef): void {
    const known = this.#defs.get(def.key);
    if (known === def) return;
    if (known !== undefined) throw new RangeError(`the param ${def.key} is defined twice`);
    if (def.default !== typed(def, def.default) || def.default !== clamped(def, def.default)) {
      throw new RangeError(`the default of the param ${def.key} is not a value of it`);
    }
    this.#defs.set(def.key, def);
  }

  /** The values for one request. */
  resolve({ context, overrides = {} }: ParamContext): Params {
    const values = new Map<string, ParamValue>();
    for (const { when, set } of this.#rules) {
      if (!Object.entries(when).every(([field, value]) => context[field] === value)) continue;
      // The first rule wins, param by param.
      for (const [key, value] of Object.entries(set))
        if (!values.has(key)) this.#choose(values, key, value, 'rule');
    }
    for (const [key, value] of Object.entries(overrides)) {
      if (this.#defs.get(key)?.overridable === true) this.#choose(values, key, value, 'override');
      else this.#refuse(key);
    }
    for (const [key, value] of this.#kills) this.#choose(values, key, value, 'kill');
    return values.size === 0 ? DEFAULT_PARAMS : new ResolvedParams(values);
  }

  #choose(
    values: Map<string, ParamValue>,
    key: string,
    value: unknown,
    by: 'rule' | 'override' | 'kill',
  ): void {
    const def = this.#defs.get(key);
    if (def === undefined) return;
    this.#stats.count(`${key}/${by}`);
    const right = typed(def, value);
    if (right === undefined) this.#stats.count(`${key}/wrong-type`);
    const bounded = clamped(def, right ?? def.default);
    if (right !== undefined && bounded !== right) this.#stats.count(`${key}/clamped`);
    values.set(key, bounded);
  }

  /** The key of a request is counted only if it is one of ours. */
  #refuse(key: string): void {
    this.#stats.count(this.#defs.has(key) ? `${key}/not-overridable` : 'unknown-override');
  }
}

/** Why a value is none of a param, in words; undefined: it is one, and within its bounds. */
export function paramFault(def: ParamDef, value: unknown): string | undefined {
  const right = typed(def, value);
  if (right === undefined) {
    const kind = Array.isArray(def.default) ? 'list of texts' : typeof def.default;
    return `${def.key} takes a ${def.integer === true ? 'whole ' : ''}${kind}`;
  }
  if (clamped(def, right) === right) return undefined;
  return `${def.key} goes from ${def.min ?? 'any'} to ${def.max ?? 'any'}`;
}

class ResolvedParams implements Params {
  readonly #values: ReadonlyMap<string, ParamValue>;

  constructor(values: ReadonlyMap<string, ParamValue>) {
    this.#values = values;
  }

  get<T extends ParamValue>(def: ParamDef<T>): T {
    const value = this.#values.get(def.key);
    return isOfType(def, value) ? value : def.default;
  }
}

/** The value if it is of the param's type. */
function typed(def: ParamDef, value: unknown): ParamValue | undefined {
  return isOfType(def, value) ? value : undefined;
}

function isOfType<T extends ParamValue>(def: ParamDef<T>, value: unknown): value is T {
  if (Array.isArray(def.default)) {
    return Array.isArray(value) && value.every((one) => typeof one === 'string');
  }
  if (typeof value === 'number' && def.integer === true) return Number.isSafeInteger(value);
  return typeof value === typeof def.default && !Number.isNaN(value);
}

function clamped(def: ParamDef, value: ParamValue): ParamValue {
  if (typeof value !== 'number') return value;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = def;
  return Math.min(max, Math.max(min, value));
}
