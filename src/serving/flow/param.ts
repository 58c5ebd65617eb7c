export type ParamValue = boolean | number | string | readonly string[];

/** Something of a flow that can be set while it runs. Numbers out of bounds are clamped, and counted. */
export interface ParamDef<T extends ParamValue = ParamValue> {
  readonly key: string;
  readonly default: T;
  readonly min?: number;
  readonly max?: number;
  /** Only whole numbers are of this type. */
  readonly integer?: boolean;
  /** May a request set it? Default: no. */
  readonly overridable?: boolean;
}

/** The values that hold for one request. */
export interface Params {
  get<T extends ParamValue>(def: ParamDef<T>): T;
}

/** Every param at its default. */
export const DEFAULT_PARAMS: Params = { get: (def) => def.default };
