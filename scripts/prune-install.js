// Runs after npm ci: drops what two packages carry for other platforms (200 MB). Nothing needs it to have run.
// Where this is somebody's dependency it touches nothing: those packages are theirs then.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockedNode } from './locked-node.js';

if (!existsSync(fileURLToPath(new URL('../src', import.meta.url)))) process.exit(0);

const prebuilds = fileURLToPath(new URL('../node_modules/rocksdb-native/prebuilds', import.meta.url));
const own = `${process.platform}-${process.arch}`;
if (existsSync(join(prebuilds, own))) {
  for (const name of readdirSync(prebuilds)) {
    if (name !== own) rmSync(join(prebuilds, name), { recursive: true, force: true });
  }
  for (const name of readdirSync(join(prebuilds, own))) {
    if (!name.endsWith('.node')) rmSync(join(prebuilds, own, name), { force: true });
  }
}

const node = lockedNode();
if (node !== undefined) rmSync(join(dirname(dirname(node)), 'include'), { recursive: true, force: true });
