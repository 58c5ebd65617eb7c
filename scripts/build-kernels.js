// Compiles the WebAssembly kernels: src/**/NAME.as.ts to NAME.wasm beside it, which is committed. A test rebuilds them
// and compares, so whoever changes one runs `npm run kernels`. What is called NAME.shared.as.ts works on memory that
// threads share.
import { globSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'];
/** A shared memory must name its largest size: all that 32 bits can address. */
const SHARED_FLAGS = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

const root = fileURLToPath(new URL('..', import.meta.url));

/** Paths of all kernels' sources, from the root of the project. */
export function kernelSources() {
  return globSync('src/**/*.as.ts', { cwd: root }).sort();
}

/** Compiles one kernel and returns its bytes. */
export async function compileKernel(source) {
  const output = 'kernel.wasm';
  const flags = source.endsWith('.shared.as.ts') ? [...FLAGS, ...SHARED_FLAGS] : FLAGS;
  let bytes;
  const { error, stderr } = await asc.main([source, '-o', output, ...flags], {
    // The file's place on this machine must not change the bytes.
    baseDir: root,
    writeFile: (name, contents) => {
      if (name === output) bytes = contents;
    },
  });
  if (error) throw new Error(`${source} does not compile: ${stderr.toString()}`);
  return bytes;
}

export function compiledPath(source) {
  return join(root, dirname(source), `${source.slice(dirname(source).length + 1, -'.as.ts'.length)}.wasm`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const source of kernelSources()) {
    const path = compiledPath(source);
    const bytes = await compileKernel(source);
    writeFileSync(path, bytes);
    process.stdout.write(`${relative(root, path)}: ${bytes.length} bytes\n`);
  }
}
