import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${ROOT}docs/operations.md`, 'utf8');
const source = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => readFileSync(`${ROOT}${file}`, 'utf8'));

function found(pattern: RegExp): string[] {
  return [...new Set(source.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')))];
}

describe('docs/operations.md', () => {
  it('explains every code that an error can have', () => {
    const codes = found(/new TaarError\(\s*'([a-z-]+)'/g);
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('lists every figure', () => {
    const names = [
      ...found(/\.(?:counter|gauge|histogram)\(\s*'([a-z_]+)'/g).map((name) => `taar_${name}`),
      ...found(/name: '(taar_[a-z_]+)'/g),
    ];
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
