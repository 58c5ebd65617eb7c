import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import { SETTING_TABLE } from '../../src/ops/setting-table.ts';
import { readSettings, settingsAsMarkdown, truncateOf } from '../../src/ops/settings.ts';

function problemsOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    expect(error).toBeInstanceOf(TaarError);
    expect((error as TaarError).code).toBe('settings-invalid');
    return (error as TaarError).message;
  }
  throw new Error('the settings were accepted');
}

describe('readSettings', () => {
  it('gives defaults where nothing is set, or an empty text', () => {
    const settings = readSettings({ PORT: '', UNRELATED: 'x' });
    expect(settings).toMatchObject({
      port: 8000,
      host: '127.0.0.1',
      dataDir: './data',
      trainChannels: ['release', 'esr'],
      taarliteMaxResults: 4,
      trustProxy: false,
    });
    expect(settings.clientKeyPepper).toBeUndefined();
    expect(truncateOf(settings)).toBe(20);
  });

  it('reads every kind of value', () => {
    const settings = readSettings({
      PORT: '0',
      TRAIN_CHANNELS: 'release, beta',
      TRAIN_SAMPLE_RATE: '0.05',
      TRUST_PROXY: 'true',
      LOG_FORMAT: 'text',
      TAARLITE_TRUNCATE: '7',
      CLIENT_KEY_PEPPER: 'a pepper of some length',
    });
    expect(settings).toMatchObject({
      port: 0,
      trainChannels: ['release', 'beta'],
      trainSampleRate: 0.05,
      trustProxy: true,
      logFormat: 'text',
      clientKeyPepper: 'a pepper of some length',
    });
    expect(truncateOf(settings)).toBe(7);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(readSettings({}))).toBe(true);
  });

  it('reports all problems at once, each with its value and what is allowed', () => {
    const message = problemsOf({
      PORT: '70000',
      TRUST_PROXY: 'yes',
      TRAIN_CHANNELS: 'release,release',
      LOG_FORMAT: 'xml',
      SEED: '1e3',
    });
    expect(message).toContain('5 settings');
    expect(message).toContain('PORT: "70000" is not allowed; it takes a whole number from 0 to 65535');
    for (const variable of ['TRUST_PROXY', 'TRAIN_CHANNELS', 'LOG_FORMAT', 'SEED']) {
      expect(message).toContain(`${variable}: `);
    }
    expect(message).toContain('`mozlog`, `text`');
  });

  it('never shows a secret', () => {
    const message = problemsOf({ CLIENT_KEY_PEPPER: 'short' });
    expect(message).toContain('CLIENT_KEY_PEPPER');
    expect(message).not.toContain('short');
  });
});

describe('docs/settings.md', () => {
  const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');

  it('is what the table says now (npx taar settings --markdown > docs/settings.md)', () => {
    expect(page).toBe(settingsAsMarkdown());
  });

  it('has a row for every variable', () => {
    const variables = Object.values(SETTING_TABLE).map(({ variable }) => variable);
    expect(variables.length).toBeGreaterThan(10);
    expect(new Set(variables).size).toBe(variables.length);
    for (const variable of variables) expect(page).toContain(`| \`${variable}\` |`);
  });
});
