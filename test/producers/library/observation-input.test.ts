import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/domain/client-key.ts';
import { readObservation } from '../../../src/producers/library/observation-input.ts';
import { CANARY_ID, GLEAN_ID, LEGACY_ID } from '../captured-ping.ts';
import { NOW } from '../temporary-log.ts';

const DOCUMENT_ID = '0f0f0f0f-1111-4222-8333-444444444444';

describe('an observation', () => {
  it('is hashed, and what it leaves out says nothing', () => {
    const { ping, place, submittedAt } = readObservation(
      { clientId: LEGACY_ID, documentId: DOCUMENT_ID },
      NOW,
    );
    expect(ping).toEqual({
      kind: 'observation',
      documentId: DOCUMENT_ID,
      createdAt: NOW,
      client: sha256Hex(LEGACY_ID),
      alias: null,
      addons: null,
      counters: null,
      facts: { locale: null, os: null, channel: null },
    });
    expect(place).toEqual({ city: null, country: null });
    expect(submittedAt).toBe(NOW);
  });

  it('keeps all that it says', () => {
    const { ping, place, submittedAt } = readObservation(
      {
        clientId: LEGACY_ID,
        gleanClientId: GLEAN_ID,
        createdAt: new Date(NOW - 5_000),
        submittedAt: NOW - 1_000,
        addons: [{ id: 'a@x', type: 'extension', isSystem: false, installDay: 20_000 }, { id: 'b@x' }],
        facts: { locale: 'de-DE', os: 'Linux', channel: 'release', city: 'Berlin', country: 'DE' },
        counters: { uris: 5, tabOpens: null },
      },
      NOW,
    );
    expect(submittedAt).toBe(NOW - 1_000);
    expect(place).toEqual({ city: 'Berlin', country: 'DE' });
    expect(ping).toMatchObject({
      createdAt: NOW - 5_000,
      client: sha256Hex(LEGACY_ID),
      alias: sha256Hex(GLEAN_ID),
      addons: [
        { id: 'a@x', type: 'extension', isSystem: false, installDay: 20_000, name: null },
        { id: 'b@x', type: null },
      ],
      counters: { uris: 5, tabOpens: null, domains: null, bookmarks: null, subsessionSeconds: null },
      facts: { locale: 'de-DE', os: 'Linux', channel: 'release' },
    });
  });

  it('has no city without a country', () => {
    expect(readObservation({ clientId: LEGACY_ID, facts: { city: 'Berlin' } }, NOW).place).toEqual({
      city: null,
      country: null,
    });
  });

  it('links nothing where one of the two ids is nobody, or both are the same', () => {
    const clients = (ids: object) => readObservation(ids, NOW).ping;
    const only = { client: sha256Hex(GLEAN_ID), alias: null };
    expect(clients({ clientId: CANARY_ID, gleanClientId: GLEAN_ID })).toMatchObject(only);
    expect(clients({ clientId: GLEAN_ID, gleanClientId: CANARY_ID })).toMatchObject(only);
    expect(clients({ clientId: GLEAN_ID, gleanClientId: GLEAN_ID })).toMatchObject(only);
    expect(clients({ clientId: CANARY_ID })).toEqual({ kind: 'nobody' });
  });
});

describe('an observation that is wrong', () => {
  const clientId = LEGACY_ID;
  const wrong = [
    [undefined, 'wrong-shape', 'must be an object'],
    [[], 'wrong-shape', 'must be an object'],
    [{}, 'client-id-invalid', 'clientId must be a UUID'],
    [{ clientId: LEGACY_ID.toUpperCase() }, 'client-id-invalid', 'clientId must be a UUID'],
    [{ clientId, gleanClientId: `${GLEAN_ID} ` }, 'client-id-invalid', 'gleanClientId must be a UUID'],
    [{ clientId, [LEGACY_ID]: 1 }, 'wrong-shape', 'may have these fields only: clientId,'],
    [{ clientId, facts: { language: 'de' } }, 'wrong-shape', 'the facts may have these fields only'],
    [{ clientId, facts: 'de' }, 'wrong-shape', 'the facts must be an object'],
    [{ clientId, facts: { locale: 'x'.repeat(101) } }, 'wrong-shape', 'locale must be text'],
    [{ clientId, facts: { city: `near ${LEGACY_ID}`, country: 'DE' } }, 'client-id-exposed', 'no text'],
    [{ clientId, addons: [{ id: `x${LEGACY_ID}` }] }, 'client-id-exposed', 'no text'],
    [{ clientId, documentId: LEGACY_ID }, 'document-id-invalid', 'must not be the id of the client'],
    [{ clientId, documentId: 'one' }, 'document-id-invalid', 'must be a UUID'],
    [{ clientId, addons: {} }, 'wrong-shape', 'must be a list'],
    [{ clientId, addons: [{ id: '' }] }, 'addon-invalid', 'an add-on id'],
    [{ clientId, addons: Array(1_001).fill({ id: 'a@x' }) }, 'too-many-addons', 'at most 1000'],
    [{ clientId, counters: { uris: -1 } }, 'wrong-shape', 'uris must be a whole number'],
    [{ clientId, counters: { uris: 2 ** 53 } }, 'wrong-shape', 'uris must be a whole number'],
    [{ clientId, createdAt: '2026-11-22' }, 'wrong-shape', 'createdAt must be a Date'],
    [{ clientId, createdAt: new Date('never') }, 'wrong-shape', 'createdAt must be a Date'],
    [{ clientId, submittedAt: NOW + 1 }, 'wrong-shape', 'submittedAt must not be in the future'],
  ] as const;

  it.each(wrong)('%j is refused with %s', (input, code, message) => {
    const error = refusalOf(input);
    expect(error).toMatchObject({ code, disposition: 'dead-letter' });
    expect(error.message).toContain(message);
    expect(`${error.stack}`.toLowerCase()).not.toContain(LEGACY_ID);
  });
});

function refusalOf(input: unknown): Error {
  try {
    readObservation(input, NOW);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was taken');
}
