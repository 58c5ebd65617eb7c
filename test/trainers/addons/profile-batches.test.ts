import { beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/clock.ts';
import type { Profile } from '../../../src/domain/profile.ts';
import { type RecordCodec, schemaIdOf } from '../../../src/log/record-codec.ts';
import { ProfileBatches, type ProfileSelection } from '../../../src/trainers/addons/profile-batches.ts';
import { COUNTED, TRAINABLE } from '../../../src/trainers/addons/training-profiles.ts';
import {
  aliasProfile,
  closedProfile,
  factsOf,
  keyOf,
  NOW,
  newCodec,
  openProfile,
  packed,
  seenAddon,
} from '../profiles.ts';

let codec: RecordCodec;
beforeAll(async () => {
  codec = await newCodec();
});

async function batchesOf(
  profiles: readonly Profile[],
  other: Partial<ProfileSelection> = {},
): Promise<ProfileBatches> {
  const selection = { now: NOW, channels: new Set(['release', 'esr']), isSampled: () => true, ...other };
  const batches = new ProfileBatches(selection);
  const entries = packed(
    codec,
    profiles.map((profile, i) => [keyOf(String(i)), profile]),
  );
  const id = schemaIdOf(codec.encode('addons.Profile', openProfile([])));
  batches.learn(id, (await codec.schemaOf(id)) ?? '');
  batches.take(entries);
  return batches;
}

describe('profile batches', () => {
  it('take the add-ons of open profiles in columns', async () => {
    const disabled = {
      day: 1,
      documents: [],
      addons: [seenAddon('b'), seenAddon('c', { userDisabled: true })],
    };
    const batches = await batchesOf([openProfile(['a', 'b']), openProfile([], { addons: disabled })]);
    const { clients, guids, ends, addons, valid } = batches.build();
    expect({ clients, guids, ends: [...ends], addons: [...addons], valid: [...valid] }).toEqual({
      clients: 2,
      guids: ['a', 'b', 'c'],
      ends: [2, 4],
      addons: [0, 1, 1, 2],
      valid: [1, 1, 1, 0],
    });
  });

  it('leave out aliases, closed rows and profiles unseen for 28 days', async () => {
    const batches = await batchesOf([
      aliasProfile(keyOf('other')),
      closedProfile(['r']),
      openProfile(['old'], { lastSeen: NOW - 28 * DAY_MS }),
      openProfile(['young'], { lastSeen: NOW - 27 * DAY_MS }),
    ]);
    expect(batches.clients).toBe(1);
    expect(batches.build().guids).toEqual(['young']);
  });

  it('mark the clients of the chosen channels that are in the sample', async () => {
    const profiles = [
      openProfile(['a'], { facts: factsOf('release') }),
      openProfile(['a'], { facts: factsOf('beta') }),
      openProfile(['a'], { facts: null }),
      openProfile(['a'], { facts: factsOf('esr') }),
    ];
    const { marks } = (await batchesOf(profiles, { isSampled: (key) => key !== keyOf('3') })).build();
    expect([...marks]).toEqual([TRAINABLE | COUNTED, COUNTED, COUNTED, COUNTED]);
  });

  it('tell the newest deletion, of closed and of reopened rows', async () => {
    const reopened = { fence: { createdAt: 0, submittedAt: NOW - 5 } };
    expect((await batchesOf([openProfile([])])).deletionWatermark).toBe(0);
    expect((await batchesOf([closedProfile(['r'], NOW - 9)])).deletionWatermark).toBe(NOW - 9);
    const both = [closedProfile(['r'], NOW - 9), openProfile([], reopened)];
    expect((await batchesOf(both)).deletionWatermark).toBe(NOW - 5);
  });
});
