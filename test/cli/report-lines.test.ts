import { describe, expect, it } from 'vitest';
import { ageText, modelLines, setDetails, sizeText, trainingLines } from '../../src/cli/report-lines.ts';
import type { Manifest } from '../../src/domain/model-records.ts';
import type { ModelListing } from '../../src/models/model-listing.ts';

const manifest: Manifest = {
  model: 'coinstall',
  version: 'v2',
  formatVersion: 1,
  createdAt: 0,
  bytes: 338_700,
  sha256: '00',
  chunks: [],
  inputs: [{ topic: 'addons.profile.changed.v1', partition: 0, offset: 7 }],
  parents: [],
  seed: 42,
  clients: 4981,
  metrics: [],
  deletionWatermark: 0,
};

const listing: ModelListing = {
  models: [{ manifest, ageMs: 90_000, sets: [{ product: 'addons', setVersion: 's2' }], active: true }],
  sets: [
    {
      product: 'addons',
      setVersion: 's2',
      members: [{ model: 'coinstall', version: 'v2' }],
      active: true,
      activation: { at: Date.UTC(2026, 10, 24), by: 'trainer', reason: 'first' },
    },
    {
      product: 'addons',
      setVersion: 's1',
      members: [{ model: 'coinstall', version: 'v1' }],
      active: false,
      activation: undefined,
    },
  ],
};

describe('modelLines', () => {
  it('tells version, size, clients and age, and what is gone', () => {
    expect(modelLines(listing)).toBe(
      'addons  s2  active since 2026-11-24T00:00:00.000Z (trainer: first)\n' +
        '    coinstall     v2  338.7 kB, of 4981 clients, 1 min old\n' +
        'addons  s1  can be brought back\n' +
        '    coinstall     v1  gone\n',
    );
  });

  it('says what to do where there is none', () => {
    expect(modelLines({ models: [], sets: [] })).toContain('taar train');
  });
});

describe('setDetails', () => {
  it('shows the active set, or the one asked for', () => {
    expect(setDetails(listing, undefined)).toMatchObject({ setVersion: 's2', manifests: [manifest] });
    expect(setDetails(listing, 's1')).toMatchObject({ manifests: [{ version: 'v1', gone: true }] });
  });

  it('refuses what there is not', () => {
    expect(() => setDetails(listing, 's3')).toThrow('there is no set s3');
    expect(() => setDetails({ models: [], sets: [] }, undefined)).toThrow('no active set');
  });
});

describe('trainingLines', () => {
  it('tells what was published, or why nothing was', () => {
    const models = [{ model: 'ranking', version: 'v1' }];
    expect(trainingLines({ published: true, setVersion: 's1', models, clients: 12, refusals: [] })).toBe(
      'trained on 12 clients; active is set s1\n  ranking       v1\n',
    );
    const refusals = [{ model: 'ranking', reason: 'the model is empty' }];
    expect(trainingLines({ published: false, setVersion: null, models: [], clients: 0, refusals })).toBe(
      'nothing published, what served goes on serving\n  ranking: the model is empty\n',
    );
  });
});

describe('sizes and ages', () => {
  it.each([
    [999, '999 B'],
    [1000, '1.0 kB'],
    [2_500_000, '2.5 MB'],
  ])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

  it.each([
    [-5, '0 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('%d ms are %s', (milliseconds, text) => expect(ageText(milliseconds)).toBe(text));
});
