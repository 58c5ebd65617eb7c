// Writes version.json for an image: node scripts/write-version.js FILE. A build argument that is not given is empty.
import { readFileSync, writeFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/write-version.js FILE');
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const { VERSION = '', GIT_COMMIT = '', GIT_SOURCE = '', BUILD_URL = '' } = process.env;
const version = VERSION === '' ? manifest.version : VERSION;
const content = { source: GIT_SOURCE, version, commit: GIT_COMMIT, build: BUILD_URL };
writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
