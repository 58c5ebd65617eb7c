import type { OrderedSources, Source } from './component.ts';

/** Asks the sources in turn until one gives something; the others are not called. */
export function firstThatCan<S>(...sources: readonly Source<S>[]): OrderedSources<S> {
  return { ordered: sources };
}
