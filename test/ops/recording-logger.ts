import type { Logger } from '../../src/ops/logging.ts';

/** A logger that keeps what it is given, as text. */
export class RecordingLogger {
  readonly lines: string[] = [];

  get logger(): Logger {
    const keep =
      (level: string) =>
      (...parts: unknown[]): void => {
        this.lines.push([level, ...parts.map((part) => JSON.stringify(part, errorsAsText))].join(' '));
      };
    return { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message} ${value.stack}` : value;
}
