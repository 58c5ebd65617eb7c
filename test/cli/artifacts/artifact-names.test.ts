import { describe, expect, it } from 'vitest';
import { ARTIFACTS, artifactOf } from '../../../src/cli/artifacts/artifact-names.ts';

describe('the artifact in a file', () => {
  it('is told by the names of production, packed or not, in whatever folder', () => {
    for (const { name, key } of ARTIFACTS) {
      for (const path of [key, `${key}.bz2`, `/models/${key}.gz`]) expect(artifactOf(path, {})).toBe(name);
    }
    expect(artifactOf('x/guid_coinstallation.json', {})).toBe('coinstall');
    expect(artifactOf('x/whitelist.json', {})).toBe('whitelist');
  });

  it('is none where the name says nothing', () => {
    for (const path of ['donors', 'donors.txt', 'donors.json.zip', 'my_donors.json', '.json', 'README.md']) {
      expect(artifactOf(path, {})).toBeUndefined();
    }
  });

  it('is told by the key settings of TAAR before anything else', () => {
    const keys = { TAAR_ITEM_MATRIX_KEY: 'models/v7/matrix.bin.bz2', TAAR_SIMILARITY_DONOR_KEY: '' };
    expect(artifactOf('/here/matrix.bin.bz2', keys)).toBe('item_matrix');
    expect(artifactOf('/here/donors.json', { TAARLITE_GUID_RANKING_KEY: 'a/donors.json' })).toBe('ranking');
    expect(artifactOf('/here/donors.json', keys)).toBe('donors');
  });
});
