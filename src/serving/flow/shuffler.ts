import { drawByWeight } from './draw.ts';
import type { EntryList } from './pool.ts';
import type { UniformSource } from './query.ts';

/** Puts the candidates of one source in another order before sources are blended. */
export type Shuffler = (list: EntryList, uniforms: UniformSource) => EntryList;

/** Leaves a list as it is. */
export const noShuffle: Shuffler = (list) => list;

/** The first stays first; the others are drawn with weight 1/rank², ranks from 0. */
export const rankSquareShuffle: Shuffler = (list, uniforms) => {
  if (list.length < 3) return list;
  const weights = new Float64Array(list.length - 1);
  for (let rank = 1; rank < list.length; rank++) weights[rank - 1] = 1 / rank ** 2;
  const shuffled = list.slice();
  const { places } = drawByWeight(weights, weights.length, uniforms);
  for (let i = 0; i < places.length; i++) shuffled[i + 1] = list[(places[i] ?? 0) + 1] ?? 0;
  return shuffled;
};

/** Every order is as likely as any other. */
export const uniformShuffle: Shuffler = (list, uniforms) => {
  const shuffled = list.slice();
  for (let i = shuffled.length - 1; i > 0; i--) {
    const other = Math.floor(uniforms() * (i + 1));
    const moved = shuffled[i] ?? 0;
    shuffled[i] = shuffled[other] ?? 0;
    shuffled[other] = moved;
  }
  return shuffled;
};
