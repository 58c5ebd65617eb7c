import type { SetMember } from '../../domain/model-records.ts';

/** The set of models that is served now; undefined while there is none. Ask once a request: it may change between. */
export interface ServedModels<R> {
  current():
    | {
        readonly setVersion: string;
        readonly members: readonly SetMember[];
        readonly runtime: R;
      }
    | undefined;
}
