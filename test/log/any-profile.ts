import fc from 'fast-check';
import { type ClientKey, parseClientKey } from '../../src/domain/client-key.ts';
import type { AddonPart, Fact, FactPart, Fence, Profile } from '../../src/domain/profile.ts';

const time = fc.integer({ min: 0, max: 2 ** 45 });
const day = fc.integer({ min: 0, max: 40_000 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const small = fc.integer({ min: -5, max: 2 ** 31 - 1 });
const documents = fc.array(fc.integer({ min: 0, max: 2 ** 53 - 2 }), { maxLength: 4 });

const key: fc.Arbitrary<ClientKey> = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => {
  const parsed = parseClientKey(hex);
  if (parsed === undefined) throw new Error('the arbitrary makes no keys');
  return parsed;
});
const fence: fc.Arbitrary<Fence> = fc.record({ createdAt: time, submittedAt: time });
const fact: fc.Arbitrary<Fact> = fc.record({ value: text, at: time });

const addons: fc.Arbitrary<AddonPart> = fc.record({
  day,
  documents,
  addons: fc.array(
    fc.record({
      id: text,
      blocklisted: maybe(fc.boolean()),
      name: maybe(text),
      userDisabled: maybe(fc.boolean()),
      appDisabled: maybe(fc.boolean()),
      version: maybe(text),
      scope: maybe(small),
      type: maybe(text),
      foreignInstall: maybe(fc.boolean()),
      hasBinaryComponents: maybe(fc.boolean()),
      installDay: maybe(small),
      updateDay: maybe(small),
      signedState: maybe(small),
      isSystem: maybe(fc.boolean()),
      isWebExtension: maybe(fc.boolean()),
      multiprocessCompatible: maybe(fc.boolean()),
      seenAt: time,
    }),
    { maxLength: 3 },
  ),
});

const facts: fc.Arbitrary<FactPart> = fc.record({
  day,
  documents,
  locale: maybe(fact),
  os: maybe(fact),
  city: maybe(fact),
  country: maybe(fact),
  channel: maybe(fact),
});

const counters = fc.record({
  day,
  pings: fc.array(
    fc.record({
      documentId: fc.uuid(),
      subsessionSeconds: maybe(small),
      bookmarks: maybe(small),
      tabOpens: maybe(small),
      uris: maybe(small),
      domains: maybe(small),
    }),
    { maxLength: 3 },
  ),
});

/** Any state of a client key. */
export function anyProfile(): fc.Arbitrary<Profile> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('open' as const),
      addons: maybe(addons),
      counters: maybe(counters),
      facts: maybe(facts),
      aliases: fc.array(key, { maxLength: 3 }),
      fence: maybe(fence),
      lastSeen: time,
      changedAt: time,
    }),
    fc.record({
      kind: fc.constant('alias' as const),
      canonical: key,
      fence: maybe(fence),
      lastSeen: time,
      changedAt: time,
    }),
    fc.record({
      kind: fc.constant('closed' as const),
      final: fc.boolean(),
      fence,
      reason: fc.constantFrom('client' as const, 'operator' as const),
      requestIds: fc.array(text, { maxLength: 3 }),
      links: fc.array(key, { maxLength: 3 }),
      changedAt: time,
    }),
  );
}
