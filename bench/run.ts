import { readdirSync } from 'node:fs';
import type { BenchResult } from './bench.ts';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts' && file !== 'bench.ts')
  .map((file) => file.slice(0, -3))
  .filter((name) => !name.includes('.'));

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (asked.length === 0 || unknown.length > 0) {
  process.stderr.write(`usage: npm run bench -- NAME…\nbenchmarks: ${names.join(', ')}\n`);
  process.exit(2);
}
for (const name of asked) {
  const module = (await import(new URL(`${name}.ts`, folder).href)) as { run(): Promise<BenchResult> };
  process.stdout.write(`${JSON.stringify(await module.run())}\n`);
}
process.exit(0);
