import { fitNeighbours } from '../../numerics/item-knn.ts';
import { searchedModel } from '../grid-model.ts';

interface ItemKnn {
  readonly [name: string]: number;
  readonly neighbours: number;
  readonly shrink: number;
}

/** Items like those that the user has, by cosine. */
export const ITEM_KNN = searchedModel<ItemKnn>({
  name: 'itemknn',
  grid: [50, 100, 200, 400].map((neighbours) => ({ neighbours, shrink: 10 })),
  refinements: [
    ({ neighbours }) => [0, 3, 30, 100].map((shrink) => ({ neighbours, shrink })),
    ({ neighbours, shrink }) =>
      [0.7, 1.4].map((step) => ({ neighbours: Math.round(neighbours * step), shrink })),
  ],
  over: (interactions) => (parameters) => {
    const model = fitNeighbours(interactions, parameters);
    return { score: (_row, own, into) => model.score(own, into) };
  },
});
