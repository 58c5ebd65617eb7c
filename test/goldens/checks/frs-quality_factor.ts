import { scaledCount } from '../../../src/serving/flow/first-n.ts';
import { LatencyQuality } from '../../../src/serving/flow/quality.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface Golden {
  readonly precision: number;
  readonly traces: readonly Trace[];
}

interface Trace {
  readonly name: string;
  readonly config: {
    readonly min: number;
    readonly max: number;
    readonly default: number;
    readonly initialDelayMs: number;
    readonly targetLatencyMs: number;
    readonly targetPercentile: number;
    readonly delta: number;
  };
  readonly candidatesToRank: number;
  readonly minScaleDownFactor: number;
  readonly turnOffMlAtOrBelow: number;
  readonly steps: readonly Step[];
}

interface Step {
  readonly atMs: number;
  readonly latencyMs?: number;
  readonly failure?: boolean;
  readonly ignorable?: boolean;
  readonly repeat: number;
  readonly expected: {
    readonly value: number;
    readonly candidatesToScore: number;
    readonly mlScorerOn: boolean;
  };
}

export const check: GoldenCheck = {
  file: 'frs/quality_factor',
  run(data, report) {
    const { traces, precision } = data as Golden;
    for (const trace of traces) checkTrace(report, trace, precision);
  },
};

function checkTrace(report: GoldenReport, trace: Trace, precision: number): void {
  const { config, candidatesToRank, minScaleDownFactor, turnOffMlAtOrBelow } = trace;
  const quality = new LatencyQuality(
    {
      min: config.min,
      max: config.max,
      initial: config.default,
      targetMs: config.targetLatencyMs,
      percentile: config.targetPercentile,
      delta: config.delta,
      warmupMs: config.initialDelayMs,
    },
    0,
  );
  for (const [i, { atMs, latencyMs = 0, failure, ignorable, repeat, expected }] of trace.steps.entries()) {
    for (let time = 0; time < repeat; time++) {
      if (ignorable !== true) quality.observe(latencyMs, failure === true, atMs);
    }
    const { value } = quality;
    const id = `${trace.name}, step ${i}`;
    report.check(`${id}: value`, Math.abs(value - expected.value) <= precision, `${value}`);
    report.equal(
      `${id}: count`,
      scaledCount(candidatesToRank, value, minScaleDownFactor),
      expected.candidatesToScore,
    );
    report.equal(`${id}: scorer`, value > turnOffMlAtOrBelow, expected.mlScorerOn);
  }
}
