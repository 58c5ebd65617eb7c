import type { EpochMs } from './clock.ts';

/** On `intake.ping.rejected.v1`: a ping that the intake refused. Never holds any of its body. */
export interface PingRejected {
  readonly code: string;
  readonly documentType: string;
  readonly bytes: number;
  readonly at: EpochMs;
}
