import type { FastifyInstance } from 'fastify';
import type { HealthCheck } from '../../ops/health.ts';
import type { Component } from '../../ops/lifecycle.ts';
import type { AssemblyParts } from '../assembly/assembly-parts.ts';
import type { Operations } from '../control/operations.ts';

export const ROLE_NAMES = ['intake', 'consume', 'train', 'serve', 'follow'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** What a process of one role consists of, beside the log and the routes that all have. */
export interface Role {
  /** In the order in which they start. */
  readonly components: readonly Component[];
  readonly healthChecks: readonly HealthCheck[];
  readonly routes?: (app: FastifyInstance) => void;
  /** What the command line can ask of this process over the socket in its DATA_DIR. */
  readonly operations?: (url: () => string | null) => Operations;
  /** Closes what was opened for the role, after its components have stopped. */
  close(): Promise<void>;
}

/** What a role is put together from. */
export interface RoleParts extends AssemblyParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the process is to end. */
  readonly signal: AbortSignal;
  /** Told what a component waits for while it starts, for the heartbeat; undefined: nothing any more. */
  readonly onWaiting: (what: string | undefined) => void;
}

/** Puts a role together. What it waits for by itself it says in the log; see `whenThere`. */
export type AssembleRole = (parts: RoleParts) => Promise<Role>;
