import { TaarError } from '../domain/errors.ts';

/** A part of a process: starts, stops taking new work (drain), ends (stop). Nothing runs before `start`. */
export interface Component {
  readonly name: string;
  start(): Promise<void>;
  drain?(): Promise<void>;
  stop(): Promise<void>;
}

/** Components that do not depend on each other, as one: each phase of all at once, so that the slowest sets the time. */
export function together(name: string, components: readonly Component[]): Component {
  const all = async (phase: (component: Component) => Promise<void> | undefined): Promise<void> => {
    const outcomes = await Promise.allSettled(components.map(phase));
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (failed.length === 1) throw failed[0]?.reason;
    if (failed.length > 1) throw new AggregateError(failed.map(({ reason }) => reason));
  };
  return {
    name,
    start: () => all((component) => component.start()),
    drain: () => all((component) => component.drain?.()),
    stop: () => all((component) => component.stop()),
  };
}

/** Starts components in order and ends them in reverse order, all of them even when one fails. */
export class Lifecycle {
  readonly #components: readonly Component[];
  #started: Component[] = [];

  constructor(components: readonly Component[]) {
    this.#components = components;
  }

  /** Starts all; when one fails, those already started are stopped and its error is thrown. */
  async start(): Promise<void> {
    for (const component of this.#components) {
      try {
        await component.start();
      } catch (error) {
        await this.stop().catch(() => {});
        throw error;
      }
      this.#started.push(component);
    }
  }

  /** @throws TaarError `stop-failed` (halt) with all errors, after every component had its turn */
  async stop(): Promise<void> {
    const reversed = this.#started.reverse();
    this.#started = [];
    const errors: unknown[] = [];
    for (const component of reversed) await component.drain?.().catch((error: unknown) => errors.push(error));
    for (const component of reversed) await component.stop().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) {
      throw new TaarError('stop-failed', 'halt', 'not every part stopped cleanly', {
        cause: new AggregateError(errors),
      });
    }
  }
}
