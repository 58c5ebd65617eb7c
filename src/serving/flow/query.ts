import type { EpochMs } from '../../domain/clock.ts';
import type { Items } from './items.ts';
import type { Params } from './param.ts';

/** Random numbers in [0, 1); the next one at each call. */
export type UniformSource = () => number;

/** What a flow is asked. `S`: the state that its components share, one request's view of who asks. */
export interface Question<S> {
  readonly requestId: string;
  readonly placement: string;
  /** Undefined: as many as the flow's count param says. */
  readonly maxResults: number | undefined;
  readonly params: Params;
  readonly state: S;
  readonly items: Items;
  readonly uniforms: UniformSource;
  readonly now: EpochMs;
  /** Aborted when the caller stops waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** What every component receives. */
export interface Query<S> extends Question<S> {
  /** 0 to 1, read once when the flow starts; see quality.ts. */
  readonly quality: number;
}
