import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentTypeOf, parseSubmission } from '../../src/producers/submission.ts';

const DOC = '6f2837fa-7d1a-41bf-9e26-1c23438e0ea1';

describe('parseSubmission', () => {
  it('reads the address of a legacy ping, whatever its query', () => {
    const legacy = { kind: 'legacy', type: 'main', documentId: DOC, channel: 'esr' };
    expect(parseSubmission(`/submit/telemetry/${DOC}/main/Firefox/153.7.0/esr/2026?v=4`)).toEqual(legacy);
    expect(parseSubmission(`/submit/telemetry/${DOC}/main/Firefox/153.7.0/esr/2026/`)).toEqual(legacy);
  });

  it('reads the channel of an address as it was before encoding', () => {
    const found = parseSubmission(`/submit/telemetry/${DOC}/main/Firefox/1/nightly%20try/2026`);
    expect(found).toMatchObject({ channel: 'nightly try' });
  });

  it('reads the address of a Glean ping', () => {
    expect(parseSubmission(`/submit/firefox-desktop/baseline/1/${DOC}`)).toEqual({
      kind: 'glean',
      type: 'baseline',
      documentId: DOC,
    });
  });

  it.each([
    ['another legacy type', `/submit/telemetry/${DOC}/event/Firefox/1/esr/2026`, 'unused'],
    ['another Glean type', `/submit/firefox-desktop/newtab/1/${DOC}`, 'unused'],
    [
      'the Glean new-profile, which has no environment',
      `/submit/firefox-desktop/new-profile/1/${DOC}`,
      'unused',
    ],
    ['another namespace', `/submit/org-mozilla-fenix/addons/1/${DOC}`, 'unused'],
    ['another Glean version', `/submit/firefox-desktop/addons/2/${DOC}`, 'unused'],
    ['another application', `/submit/telemetry/${DOC}/main/Thunderbird/1/release/2026`, 'other-app'],
    ['too short', `/submit/${DOC}`, 'unknown'],
    ['nothing', '/submit/', 'unknown'],
    ['no channel', `/submit/telemetry/${DOC}/main/Firefox/1//2026`, 'unknown'],
    ['a Glean shape under the legacy namespace', `/submit/telemetry/main/1/${DOC}`, 'unknown'],
    ['broken percent-encoding', `/submit/telemetry/${DOC}/main/Firefox/1/%zz/2026`, 'unknown'],
    ['another path', '/elsewhere', 'unknown'],
  ])('does not read %s', (_what, url, reason) => {
    const submission = parseSubmission(url);
    expect(submission).toEqual({ kind: 'unread', reason });
    expect(documentTypeOf(submission)).toBe('other');
  });

  it('never throws, and names only types that are used', () => {
    const known = ['main', 'new-profile', 'deletion-request', 'addons', 'baseline', 'other'];
    const segment = fc.oneof(
      fc.string(),
      fc.constantFrom('telemetry', 'firefox-desktop', 'main', 'Firefox', '1'),
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 9 }), (segments) => {
        expect(known).toContain(documentTypeOf(parseSubmission(`/submit/${segments.join('/')}`)));
      }),
    );
  });
});
