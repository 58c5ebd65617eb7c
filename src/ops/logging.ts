import { hostname } from 'node:os';
import { type Logger as Pino, pino, stdTimeFunctions } from 'pino';

/** What every component needs of a logger. Fields hold counts, codes and names; never a client id or a payload. */
export type Logger = Pick<Pino, 'debug' | 'info' | 'warn' | 'error'>;

export type LogFormat = 'mozlog' | 'text';

/** Syslog severities of mozlog, by pino level. */
const SEVERITY: Readonly<Record<string, number>> = {
  fatal: 2,
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

/** A logger that writes mozlog 2.0 JSON lines (services) or short lines for a person (a terminal). */
export function createLogger(
  format: LogFormat,
  level: string,
  destination: NodeJS.WritableStream = process.stdout,
): Logger {
  return format === 'mozlog' ? mozlog(level, destination) : text(level, destination);
}

function mozlog(level: string, destination: NodeJS.WritableStream): Logger {
  const line = new MozlogLines(destination);
  return pino({ level, base: null, timestamp: stdTimeFunctions.epochTime }, line);
}

/** Turns pino's lines into mozlog's: known keys at the top, the rest under Fields. */
class MozlogLines {
  readonly #destination: NodeJS.WritableStream;

  constructor(destination: NodeJS.WritableStream) {
    this.#destination = destination;
  }

  write(line: string): void {
    const { level, time, msg, err, type, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const label = pino.levels.labels[Number(level)] ?? 'info';
    const record = {
      Timestamp: Number(time) * 1_000_000,
      Type: typeof type === 'string' ? type : 'taar',
      Logger: 'taar-stream',
      Hostname: hostname(),
      EnvVersion: '2.0',
      Severity: SEVERITY[label] ?? 6,
      Pid: process.pid,
      Fields: { msg, ...fields, ...errorFields(err) },
    };
    this.#destination.write(`${JSON.stringify(record)}\n`);
  }
}

function text(level: string, destination: NodeJS.WritableStream): Logger {
  return pino(
    { level, base: null, timestamp: stdTimeFunctions.epochTime },
    {
      write(line: string): void {
        const {
          level: number,
          time,
          msg,
          err,
          type: _type,
          ...fields
        } = JSON.parse(line) as Record<string, unknown>;
        const label = pino.levels.labels[Number(number)] ?? 'info';
        const clock = new Date(Number(time)).toISOString().slice(11, 19);
        const rest = Object.entries({ ...fields, ...shortly(errorFields(err), level) }).map(
          ([key, value]) => `${key}=${asText(value)}`,
        );
        destination.write(
          `${[clock, label === 'info' ? '' : label.toUpperCase(), msg, ...rest].filter(Boolean).join(' ')}\n`,
        );
      },
    },
  );
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A person wants the stack of what nobody foresaw; that of an error with a code of ours only to look for a bug. */
function shortly(error: Record<string, unknown>, level: string): Record<string, unknown> {
  const { traceback, ...rest } = error;
  const isForeseen = String(traceback).startsWith('TaarError');
  return isForeseen && level !== 'debug' ? rest : error;
}

function errorFields(err: unknown): Record<string, unknown> {
  if (typeof err !== 'object' || err === null) return {};
  const { message, code, stack } = err as { message?: unknown; code?: unknown; stack?: unknown };
  return { error: message, code, traceback: stack };
}
