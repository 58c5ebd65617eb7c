import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashRawClientId } from '../../src/producers/raw-client-id.ts';
import { CANARY_ID, LEGACY_ID, ZERO_ID } from './captured-ping.ts';

describe('hashRawClientId', () => {
  it('gives the hash that AMO puts into URLs', () => {
    const sha = createHash('sha256').update(LEGACY_ID).digest('hex');
    expect(hashRawClientId(LEGACY_ID)).toEqual({ kind: 'client', sha });
  });

  it('takes the ids that mean nobody for nobody', () => {
    expect(hashRawClientId(CANARY_ID)).toEqual({ kind: 'nobody' });
    expect(hashRawClientId(ZERO_ID)).toEqual({ kind: 'nobody' });
  });

  it.each([
    ['upper case', LEGACY_ID.toUpperCase()],
    ['no dashes', LEGACY_ID.replaceAll('-', '')],
    ['braces', `{${LEGACY_ID}}`],
    ['a space behind', `${LEGACY_ID} `],
    ['a line break behind', `${LEGACY_ID}\n`],
    ['an upper-case canary', CANARY_ID.toUpperCase()],
    ['empty', ''],
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
    ['a list', [LEGACY_ID]],
  ])('refuses %s', (_what, raw) => {
    expect(hashRawClientId(raw)).toEqual({ kind: 'invalid' });
  });

  it('never gives back what it got', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(JSON.stringify(hashRawClientId(id))).not.toContain(id);
      }),
    );
  });
});
