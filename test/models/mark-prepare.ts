import type { PrepareModels } from '../../src/models/model-runtime.ts';

/** Copies the marks of both models into the index; a mark of 13 makes the preparation fail, 11 its thread. */
export const prepare: PrepareModels = (models) => {
  const coinstall = models.get('coinstall')?.u32('counts')[0] ?? 0;
  const ranking = models.get('ranking')?.u32('installs')[0] ?? 0;
  if (coinstall === 13) throw new Error('cannot prepare');
  if (coinstall === 11) process.exit(1);
  return [{ name: 'marks', type: 'u32', shape: [2], data: Uint32Array.of(coinstall, ranking) }];
};
