// Runs before npm packs: Node strips no types under node_modules, so an installed package must hold JavaScript.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = join(root, 'src');
const target = join(root, 'dist');

rmSync(target, { recursive: true, force: true });
const compilerPackage = createRequire(import.meta.url).resolve('typescript/package.json');
const compiler = join(dirname(compilerPackage), JSON.parse(readFileSync(compilerPackage, 'utf8')).bin.tsc);
const compiled = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.package.json')], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(1);

// What the compiler leaves as it is: addresses of worker files, and the imports of declarations.
for (const file of readdirSync(target, { recursive: true })) {
  if (!/\.(js|d\.ts)$/.test(file)) continue;
  const path = join(target, file);
  const text = readFileSync(path, 'utf8');
  const rewritten = text.replace(/((?:new URL\(|from |import\()'\.{1,2}\/[^']+)\.ts'/g, "$1.js'");
  if (rewritten !== text) writeFileSync(path, rewritten);
}

for (const file of readdirSync(source, { recursive: true, withFileTypes: true })) {
  if (!file.isFile() || file.name.endsWith('.ts')) continue;
  const from = join(file.parentPath, file.name);
  cpSync(from, join(target, from.slice(source.length)));
}
