import { fitLinear } from '../../numerics/linear.ts';
import { searchedModel } from '../grid-model.ts';

interface Linear {
  readonly [name: string]: number;
  readonly lambda: number;
  readonly dropout: number;
}

/** Linear weights from item to item (EASE). */
export const LINEAR = searchedModel<Linear>({
  name: 'linear',
  grid: [30, 100, 300, 1000].map((lambda) => ({ lambda, dropout: 0 })),
  over: (interactions) => (parameters) => {
    const model = fitLinear(interactions, parameters);
    return { score: (_row, own, into) => model.score(own, into) };
  },
});
