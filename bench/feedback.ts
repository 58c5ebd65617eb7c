import { ClientKeys, sha256Hex } from '../src/domain/client-key.ts';
import { randomReserve } from '../src/domain/random-reserve.ts';
import { RecordCodec } from '../src/log/record-codec.ts';
import { AnswerTokens, newTokenContent } from '../src/serving/feedback/answer-tokens.ts';
import { DailyPseudonyms } from '../src/serving/feedback/daily-pseudonyms.ts';
import { recordOf } from '../src/serving/feedback/served-answer.ts';
import { answerOf } from '../test/serving/feedback/answers.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const RUNS = 5;
const ROUNDS = 50_000;
const ITEMS = 10;
const AT = Date.parse('2026-11-22T12:00:00Z');

/** The limit that the record of an answer of ten items was given, in µs. */
const ENCODE_REFERENCE = 15;

/** What an answer costs its node for the feedback, without the log: its pseudonym, its token, its record's bytes. */
export async function run(): Promise<BenchResult> {
  const codec = await RecordCodec.open({
    idOf: async (type) => type.length,
    schemaOf: async () => undefined,
  });
  const pseudonyms = new DailyPseudonyms();
  const random = randomReserve();
  const tokens = new AnswerTokens('a key of some length');
  const client = new ClientKeys(undefined).of(sha256Hex('somebody'));
  const content = newTokenContent(AT, pseudonyms.of(client, AT));
  const record = recordOf(content, answerOf(ITEMS), 1);
  const encode = (): number => codec.encode('serving.RecommendationServed', record).length;
  const runs = microsecondsOf(encode);
  const value = median(runs);
  const details = {
    bytes: encode(),
    pseudonymMicroseconds: median(microsecondsOf(() => pseudonyms.of(client, AT))),
    tokenContentMicroseconds: median(microsecondsOf(() => newTokenContent(AT, content.pseudonym, random))),
    signMicroseconds: median(microsecondsOf(() => tokens.sign(content))),
  };
  pseudonyms.forget();
  return {
    name: 'feedback',
    unit: `µs of CPU to encode the record of an answer of ${ITEMS} items`,
    value,
    runs,
    reference: { what: 'limit', value: ENCODE_REFERENCE },
    ratio: ENCODE_REFERENCE / value,
    details,
  };
}

/** CPU time of one call, in µs, run by run; the first run only warms up. */
function microsecondsOf(work: () => unknown): number[] {
  const runs = Array.from({ length: RUNS + 1 }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < ROUNDS; i++) work();
    return (cpuSeconds(start) / ROUNDS) * 1e6;
  });
  return runs.slice(1);
}
