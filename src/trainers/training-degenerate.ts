import { TaarError } from '../domain/errors.ts';

/** For data that give no model that could be served: the one before stays. */
export function trainingDegenerate(why: string): TaarError {
  return new TaarError('training-degenerate', 'halt', `the data give no model: ${why}`);
}
