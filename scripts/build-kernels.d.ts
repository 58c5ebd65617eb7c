/** Paths of all kernels' sources, from the root of the project. */
export function kernelSources(): string[];
/** Compiles one kernel and returns its bytes; rejects with what the compiler says. */
export function compileKernel(source: string): Promise<Uint8Array>;
/** Where the compiled kernel of a source lies. */
export function compiledPath(source: string): string;
