import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addonClient } from '../src/consumers/addon-client/addon-client.ts';
import { RECORDS } from './kafka-aggregate.records.ts';

const SCHEMA = fileURLToPath(new URL('../schemas/addons.ClientObserved/v1.avsc', import.meta.url));
const POM = fileURLToPath(new URL('./peers/kafka-streams/pom.xml', import.meta.url));
/** A cold machine downloads 70 MB first. */
const BUILD_LIMIT_MS = 600_000;
const RUN_LIMIT_MS = 300_000;

/** Kafka Streams, built with Maven and run on the benchmark's records. */
export class StreamsPeer {
  readonly #folder: string;
  readonly #classPath: string;

  private constructor(folder: string, classPath: string) {
    this.#folder = folder;
    this.#classPath = classPath;
  }

  /** Undefined where Java or Maven are missing or fail, and says so. */
  static async build(): Promise<StreamsPeer | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'taar-bench-peer-'));
    const list = join(folder, 'class-path');
    const { MVN = 'mvn', M2 } = process.env;
    const repository = M2 === undefined ? [] : [`-Dmaven.repo.local=${M2}`];
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${list}`];
    const args = ['-B', '-q', '-f', POM, ...repository, `-Dpeer.directory=${folder}`, ...goals];
    try {
      await run(MVN, args, BUILD_LIMIT_MS);
      const classPath = [join(folder, 'classes'), await readFile(list, 'utf8')].join(delimiter);
      return new StreamsPeer(folder, classPath);
    } catch (error) {
      const [reason] = `${error instanceof Error ? error.message : error}`.split('\n');
      process.stderr.write(`kafka-aggregate: skipped Kafka Streams: ${reason}\n`);
      await rm(folder, { recursive: true, force: true });
      return undefined;
    }
  }

  /** Records a CPU-second of its process, start and end included. */
  async rate(brokers: string, prefix: string): Promise<number> {
    const state = join(this.#folder, `state-${prefix}`);
    const args = ['-cp', this.#classPath, 'Peer', brokers, `${prefix}peer`, `${prefix}${addonClient.input}`];
    const { JAVA = 'java' } = process.env;
    const printed = await run(JAVA, [...args, `${RECORDS}`, SCHEMA, state], RUN_LIMIT_MS);
    await rm(state, { recursive: true, force: true });
    const { records, cpuSeconds } = JSON.parse(printed) as { records: number; cpuSeconds: number };
    return records / cpuSeconds;
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

async function run(command: string, args: readonly string[], timeout: number): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout, killSignal: 'SIGKILL' });
  return stdout;
}
