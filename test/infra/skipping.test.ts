import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../views/temporary-folder.ts';
import { skipLines } from './global-setup.ts';
import type { ServiceAnswer } from './service-desk.ts';
import type { ServiceName } from './service-kinds.ts';
import { decide } from './services.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const MISSING = { missing: 'java 17 or newer was not found', details: 'java 17 or newer was not found' };

interface Run {
  readonly code: number;
  readonly stderr: string;
  readonly output: string;
}

/** Runs skipping/needing-services.ts with nothing downloaded and only the tools that `environment` leaves. */
async function run(environment: NodeJS.ProcessEnv): Promise<Run> {
  const folder = await temporaryFolder();
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|CI$|KAFKA_|BIGTABLE_|JAVA)/.test(name)),
  );
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/infra/skipping/vitest.config.ts',
  ];
  const env = { ...clean, INFRA_DIR: folder, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: REPOSITORY, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stderr, output: stdout + stderr }),
    );
  });
}

describe('without its services', () => {
  it('a test run skips the tests and says at its end how many and why', async () => {
    const { code, stderr } = await run({ JAVA: '/nowhere/java', MVN: '/nowhere/mvn' });
    expect(stderr).toContain('skipped: 2 tests need Kafka: java 17 or newer was not found');
    expect(stderr).toContain('skipped: 1 test needs the Bigtable emulator: java 17 or newer was not found');
    expect(code).toBe(0);
  });

  it('it does so where nothing at all is installed', async () => {
    const { code, stderr } = await run({ PATH: '' });
    expect(stderr).toContain('skipped: 2 tests need Kafka: bash was not found');
    expect(code).toBe(0);
  });

  it('it names Maven when only Maven is missing', async () => {
    const { stderr } = await run({ MVN: 'no-such-mvn' });
    expect(stderr).toContain('skipped: 2 tests need Kafka: no-such-mvn was not found');
  });

  it('it fails where CI is set', async () => {
    const { code, output } = await run({ MVN: 'no-such-mvn', CI: 'true' });
    expect(output).toContain('needs Kafka: no-such-mvn was not found');
    expect(output).not.toContain('skipped: ');
    expect(code).toBe(1);
  });

  it('it uses the services it is given', async () => {
    const { code, output } = await run({ MVN: 'no-such-mvn', KAFKA_BROKERS: 'broker.invalid:9092' });
    expect(output).toContain('2 passed');
    // A given emulator is no machine to start one on.
    expect(output).toContain('skipped: 1 test needs the Bigtable emulator: no-such-mvn was not found');
    expect(code).toBe(0);
  });
});

describe('the decision', () => {
  const oneMissing = new Map<ServiceName, ServiceAnswer>([
    ['kafka', { address: 'localhost:1' }],
    ['registry', MISSING],
  ]);

  it('is to run when every service is there', () => {
    expect(decide(new Map([['kafka', { address: 'localhost:1' }]]), 'true')).toEqual({ kind: 'run' });
  });

  it.each([undefined, '', '0', 'false'])('is to skip when one is missing and CI is %j', (ci) => {
    expect(decide(oneMissing, ci)).toEqual({ kind: 'skip', missing: ['registry'] });
  });

  it.each(['true', '1'])('is to fail when one is missing and CI is %j', (ci) => {
    const message = 'needs a schema registry: java 17 or newer was not found';
    expect(decide(oneMissing, ci)).toEqual({ kind: 'fail', message });
  });
});

describe('the lines at the end', () => {
  it('are one a service, with its reason', () => {
    const skipped = new Map([
      ['kafka', 37],
      ['registry', 1],
    ] as const);
    const reasons = new Map([
      ['kafka', 'java 17 or newer was not found'],
      ['registry', 'the download failed'],
    ] as const);
    expect(skipLines(skipped, reasons)).toEqual([
      'skipped: 37 tests need Kafka: java 17 or newer was not found',
      'skipped: 1 test needs a schema registry: the download failed',
    ]);
  });
});
