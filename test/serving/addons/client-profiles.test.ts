import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/clock.ts';
import {
  type ClientProfile,
  ClientProfileReader,
  MAX_READS_UNDER_WAY,
  type ProfileSource,
} from '../../../src/serving/addons/client-profiles.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import {
  aliasProfile,
  closedProfile,
  hashOf,
  KEYS,
  keyOf,
  NOW,
  openProfile,
  profilesOf,
} from '../profiles.ts';

function reader(profiles: ProfileSource, log = new RecordingLogger(), deadlineMs = 20): ClientProfileReader {
  return new ClientProfileReader({
    profiles,
    clientKeys: KEYS,
    clock: () => NOW,
    logger: log.logger,
    deadlineMs,
  });
}

const NO_CLIENT: ClientProfile = { kind: 'no-client' };

describe('the profile of a client', () => {
  it('is found by either of its ids', async () => {
    const profile = openProfile(['a', 'a', 'b@system', 'ü']);
    const profiles = profilesOf({ canonical: profile, glean: aliasProfile(keyOf('canonical')) });
    const known: ClientProfile = { kind: 'known', profile };
    expect(await reader(profiles).read(hashOf('canonical'))).toEqual(known);
    expect(await reader(profiles).read(hashOf('glean'))).toEqual(known);
  });

  it('is not shown of one who is unknown, closed, or unseen for 28 days', async () => {
    const profiles = profilesOf({
      closed: closedProfile(),
      lost: aliasProfile(keyOf('nobody')),
      old: openProfile(['a'], NOW - 28 * DAY_MS),
      late: openProfile(['a'], NOW - 27 * DAY_MS),
    });
    for (const name of ['closed', 'lost', 'old', 'nobody']) {
      expect(await reader(profiles).read(hashOf(name))).toEqual(NO_CLIENT);
    }
    expect(await reader(profiles).read(hashOf('late'))).toMatchObject({ kind: 'known' });
  });

  it('is not looked for under what is no sha256hex', async () => {
    let reads = 0;
    const profiles: ProfileSource = {
      async read() {
        reads += 1;
        return undefined;
      },
    };
    for (const hash of ['', 'abc', hashOf('a').toUpperCase(), `${hashOf('a')}0`]) {
      expect(await reader(profiles).read(hash)).toEqual(NO_CLIENT);
    }
    expect(reads).toBe(0);
  });
});

describe('a store that fails', () => {
  it('gives a labelled failure, and one line of log until it works again', async () => {
    const log = new RecordingLogger();
    let broken = true;
    const profiles: ProfileSource = {
      read: () => {
        if (broken) throw new Error('the disk is gone');
        return Promise.resolve(undefined);
      },
    };
    const subject = reader(profiles, log);
    const failed: ClientProfile = { kind: 'failed', why: 'profile-unreadable' };
    expect(await subject.read(hashOf('a'))).toEqual(failed);
    expect(await subject.read(hashOf('a'))).toEqual(failed);
    expect(log.lines).toHaveLength(1);
    broken = false;
    expect(await subject.read(hashOf('a'))).toEqual(NO_CLIENT);
    broken = true;
    expect(await subject.read(hashOf('a'))).toEqual(failed);
    expect(log.lines).toHaveLength(2);
    expect(log.lines.join()).toContain('the disk is gone');
    expect(log.lines.join()).not.toContain(hashOf('a'));
  });

  it('is given up at the deadline, and no longer asked when too many reads hang', async () => {
    let release = (): void => {};
    const gate = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    const subject = reader({ read: () => gate });
    const answers = await Promise.all(
      Array.from({ length: MAX_READS_UNDER_WAY + 3 }, () => subject.read(hashOf('a'))),
    );
    const whys = answers.map((one) => (one.kind === 'failed' ? one.why : one.kind));
    expect(whys.filter((why) => why === 'profile-late')).toHaveLength(MAX_READS_UNDER_WAY);
    expect(whys.filter((why) => why === 'profile-busy')).toHaveLength(3);
    release();
    await gate;
    await new Promise(setImmediate);
    expect(await subject.read(hashOf('a'))).toEqual(NO_CLIENT);
  });
});
