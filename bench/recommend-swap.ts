import { setTimeout as wait } from 'node:timers/promises';
import { type BenchResult, median } from './bench.ts';
import { rounded } from './http.layers.ts';
import { failed, monotonicMs, OpenLoad, type OpenReport, quantile, type Span, within } from './load.open.ts';
import { clientPaths } from './recommend.profiles.ts';
import { type Pauses, REQUESTS_PER_SECOND, ServingNode } from './recommend.serving.ts';

const LIMIT_MS = 5;
const SWAPS = 10;
const EVERY_MS = 3_000;
/** A swap is counted so much longer than it takes: what it left is collected, and its code is new. */
const AFTER_MS = 300;
const WARM_UP_SECONDS = 10;
/** A rise of nothing, or less, is as good as can be seen. */
const SMALLEST_RISE_MS = 0.1;

/** A swap of all models, from its activation until shortly after the first answers of the new set. */
interface Swap {
  readonly span: Span;
  readonly takenMs: number;
  readonly attachMs: number;
}

/**
 * Swaps of all models at once under 2,000 requests a second to TAAR's own route, through the log and the receiver.
 * By how much the 99th percentile of requests due during a swap is above that of those due before it, in the median of
 * the swaps, and of those due during any swap above that of all others.
 */
export async function run(): Promise<BenchResult> {
  await using node = await ServingNode.start();
  const load = await OpenLoad.start({
    port: node.port,
    paths: clientPaths(),
    perSecond: REQUESTS_PER_SECOND,
  });
  await wait(1000 * WARM_UP_SECONDS);
  // The first swaps find code that has never run.
  for (const set of node.sets) await node.swapTo(set);
  await node.pauses();
  const began = monotonicMs();
  const swaps: Swap[] = [];
  for (let nth = 0; nth < SWAPS; nth++) {
    await wait(EVERY_MS);
    swaps.push(await swapTo(node, nth));
  }
  await wait(EVERY_MS);
  const ended = monotonicMs();
  const pauses = await node.pauses();
  return resultOf(await load.stop(), swaps, [began, ended], pauses);
}

async function swapTo(node: ServingNode, nth: number): Promise<Swap> {
  const from = monotonicMs();
  const { attachMs } = await node.swapTo(node.sets[nth % node.sets.length] ?? []);
  const served = monotonicMs();
  return { span: [from, served + AFTER_MS], takenMs: served - from, attachMs };
}

function resultOf(
  report: OpenReport,
  swaps: readonly Swap[],
  [began, ended]: Span,
  pauses: Pauses,
): BenchResult {
  const spans = swaps.map(({ span }) => span);
  const between = gapsOf(spans, [began, ended]);
  const during = within(report, spans);
  const quiet = within(report, between);
  const quietP99 = quantile(quiet, 0.99);
  // Against the gap right before it: what else the machine does changes within a run.
  const runs = spans.map((span, i) => p99Of(report, span) - p99Of(report, between[i] ?? span));
  const value = median(runs);
  const isGood = failed(report.latencyMs) === 0 && report.setVersions.length > 1;
  return {
    name: 'recommend-swap',
    unit: `ms (rise of the 99th percentile during swaps of all models at ${REQUESTS_PER_SECOND} requests/s)`,
    value,
    runs,
    reference: { what: 'limit in ms', value: LIMIT_MS },
    ratio: isGood ? LIMIT_MS / Math.max(value, SMALLEST_RISE_MS) : 0,
    details: {
      swaps: swaps.length,
      p99BetweenMs: rounded(quietP99),
      p99DuringMs: rounded(quantile(during, 0.99)),
      riseOfAllMs: rounded(quantile(during, 0.99) - quietP99),
      p50BetweenMs: rounded(quantile(quiet, 0.5)),
      p50DuringMs: rounded(quantile(during, 0.5)),
      longestDuringMs: rounded(quantile(during, 1)),
      requestsDuring: during.length,
      requestsBetween: quiet.length,
      failed: failed(report.latencyMs),
      failures: report.failures.join('; '),
      setVersions: report.setVersions.length,
      activationToServedMs: Math.round(median(swaps.map(({ takenMs }) => takenMs))),
      attachMs: rounded(median(swaps.map(({ attachMs }) => attachMs))),
      longestCollectionMs: rounded(pauses.longestMs),
      longestHoldMs: rounded(pauses.longestHold.wallMs),
      longestHoldCpuMs: rounded(pauses.longestHold.cpuMs),
      loadCpuShare: rounded(10 * report.cpuShare) / 10,
    },
  };
}

function p99Of(report: OpenReport, span: Span): number {
  return quantile(within(report, [span]), 0.99);
}

/** What of a span no other one covers; those in order. */
function gapsOf(spans: readonly Span[], [began, ended]: Span): readonly Span[] {
  const starts = [began, ...spans.map(([, to]) => to)];
  const ends = [...spans.map(([from]) => from), ended];
  return starts.map((from, i): Span => [from, ends[i] ?? ended]);
}
