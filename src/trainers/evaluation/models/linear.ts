import { fitLinear } from '../../numerics/linear.ts';
import { searchedModel } from '../grid-model.ts';

interface Linear {
  readonly [name: string]: number;
  readonly lambda: number;
  readonly dropout: number;
}

/** Half the way to the next lambda of the grid, on its scale of factors. */
const STEP = Math.sqrt(3);

/** Linear weights from item to item (EASE). */
export const LINEAR = searchedModel<Linear>({
  name: 'linear',
  grid: [30, 100, 300, 1000].map((lambda) => ({ lambda, dropout: 0 })),
  refinements: [
    ({ lambda }) => [lambda / STEP, lambda * STEP].map((next) => ({ lambda: Math.round(next), dropout: 0 })),
    ({ lambda }) => [0.3, 0.5].map((dropout) => ({ lambda, dropout })),
  ],
  over: (interactions) => (parameters) => {
    const model = fitLinear(interactions, parameters);
    return { score: (_row, own, into) => model.score(own, into) };
  },
});
