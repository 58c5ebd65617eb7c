import { itemCountsOf } from '../../numerics/item-counts.ts';
import { searchedModel } from '../grid-model.ts';

/** What most users have: the same for everybody. With known figures, it is the evaluator's own test. */
export const POPULARITY = searchedModel({
  name: 'popularity',
  grid: [{}],
  over: (interactions) => {
    return () => {
      const counts = itemCountsOf(interactions);
      return { score: (_row, _own, into) => into.set(counts) };
    };
  },
});
