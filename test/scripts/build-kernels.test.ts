import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compiledPath, compileKernel, kernelSources } from '../../scripts/build-kernels.js';

describe('the compiled kernels', () => {
  it.each(kernelSources())('%s compiles to the very bytes that are committed', async (source) => {
    const committed = readFileSync(compiledPath(source));
    const built = Buffer.from(await compileKernel(source));
    expect(built.equals(committed), 'run `npm run kernels` and commit what it writes').toBe(true);
  });
});
