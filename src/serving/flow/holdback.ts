import type { Gate } from './component.ts';
import type { ParamDef } from './param.ts';

/** Leaves a family of sources out where the param names it, to measure what the family contributes. */
export function heldBack<S>(param: ParamDef<string>, family: string): Gate<S> {
  return (query) => query.params.get(param) !== family;
}

/** Open only where all of the gates are. */
export function allOf<S>(...gates: readonly Gate<S>[]): Gate<S> {
  return (query) => gates.every((gate) => gate(query));
}
