import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddonParams } from '../../../src/cli/assembly/addon-params.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-params-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'params.json');
  await writeFile(file, text);
  return file;
}

const RULES = {
  rules: [
    {
      when: { placement: 'addons.sidebar', locale: 'de' },
      set: { 'addons.results': 6, 'addons.weight.locale': 0 },
    },
    { when: {}, set: { 'addons.validation_batch': 20 } },
  ],
  killSwitches: { 'addons.weight.similarity': 0 },
};

describe('readAddonParams', () => {
  it('reads rules and kill switches, and needs no file', async () => {
    expect(readAddonParams(await fileOf(JSON.stringify(RULES)))).toEqual(RULES);
    expect(readAddonParams(await fileOf('{}'))).toEqual({});
    expect(readAddonParams(undefined)).toBeUndefined();
  });

  it.each([
    ['{"rules": ', 'JSON'],
    ['[]', 'object'],
    ['{"rule": []}', '/rule is not known'],
    ['{"rules": [{"set": {}}]}', 'when'],
    ['{"rules": [{"when": {"placment": "x"}, "set": {}}]}', '/rules/0/when/placment is not known'],
    ['{"rules": [{"when": {"placement": "addons.sidbar"}, "set": {}}]}', '/rules/0/when/placement'],
    ['{"rules": [{"when": {}, "set": {"addons.result": 4}}]}', 'there is no param addons.result; there are'],
    ['{"rules": [{"when": {}, "set": {"addons.results": "4"}}]}', 'addons.results takes a whole number'],
    ['{"rules": [{"when": {}, "set": {"addons.results": 1.5}}]}', 'addons.results takes a whole number'],
    ['{"killSwitches": {"addons.results": 51}}', 'addons.results goes from 0 to 50'],
    ['{"killSwitches": {"addons.weight.locale": -1}}', 'addons.weight.locale goes from 0 to 100'],
  ])('refuses %s and says why', async (text, why) => {
    const file = await fileOf(text);
    expect(() => readAddonParams(file)).toThrow(
      expect.objectContaining({ code: 'params-unusable', message: expect.stringContaining(why) }),
    );
  });

  it('refuses a file that is not there', () => {
    expect(() => readAddonParams(join(folder, 'none.json'))).toThrow(
      expect.objectContaining({ code: 'params-unusable', message: expect.stringContaining('ENOENT') }),
    );
  });
});
