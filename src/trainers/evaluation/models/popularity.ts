import { searchedModel } from '../grid-model.ts';

/** What most users have: the same for everybody. With known figures, it is the evaluator's own test. */
export const POPULARITY = searchedModel({
  name: 'popularity',
  grid: [{}],
  over: ({ users, items, starts, itemOf, multiplicity }) => {
    return () => {
      const counts = new Float64Array(items);
      for (let user = 0; user < users; user++) {
        const times = multiplicity === undefined ? 1 : (multiplicity[user] ?? 0);
        for (const item of itemOf.subarray(starts[user], starts[user + 1])) {
          counts[item] = (counts[item] ?? 0) + times;
        }
      }
      return { score: (_row, _own, into) => into.set(counts) };
    };
  },
});
