import { TaarError } from '../../domain/errors.ts';
import type { CommandIo } from '../command-io.ts';
import { Interruption } from '../interruption.ts';
import { Screen } from '../screen.ts';
import { LoadGenerator, type LoadPlan, type LoadProgress, type LoadResult } from './load.ts';

const PROGRESS_MS = 250;

/**
 * Runs a load and tells how it goes. Ctrl-C ends it, and the summary still comes.
 * @throws TaarError `intake-unreachable` (halt) where not one ping was answered
 */
export async function simulate(plan: LoadPlan, io: CommandIo, json: boolean): Promise<void> {
  using interruption = new Interruption();
  const screen = new Screen(io);
  const generator = new LoadGenerator(plan, Date.now);
  const timer = json
    ? undefined
    : setInterval(() => screen.progress(progressLine(generator.progress, plan.clients)), PROGRESS_MS);
  const result = await generator.run(interruption.signal).finally(() => clearInterval(timer));
  if (json) io.stdout.write(`${JSON.stringify(result)}\n`);
  else screen.done(summaryLines(result).join('\n'));
  if (result.sent > 0 && result.unanswered === result.sent) {
    throw new TaarError(
      'intake-unreachable',
      'halt',
      `nothing at ${plan.url} answered; is 'taar up' running?`,
    );
  }
}

/** How far a load has come, as a bar. */
export function progressLine(progress: LoadProgress, clients: number): string {
  const share = Math.floor((100 * progress.clients) / clients);
  const bar = '#'.repeat(Math.floor(share / 5)).padEnd(20, '.');
  return `[${bar}] ${share} %  ${progress.clients} of ${clients} browsers, ${progress.sent} pings sent`;
}

function summaryLines(result: LoadResult): string[] {
  const milliseconds = (value: number | null): string => (value === null ? '-' : `${value.toFixed(1)} ms`);
  return [
    `browsers    ${result.clients}`,
    `sent        ${result.sent} pings in ${result.seconds.toFixed(1)} s, ${result.perSecond.toFixed(0)} a second`,
    `accepted    ${result.accepted}`,
    `rejected    ${result.rejected}`,
    `sent again  ${result.repeated}`,
    `unanswered  ${result.unanswered}`,
    `answered in ${milliseconds(result.p50Ms)} (median), ${milliseconds(result.p99Ms)} (99th percentile)`,
  ];
}
