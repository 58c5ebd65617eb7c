import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark that answers each message with one message, and told `first` when it was ready. */
export interface Child<T> {
  readonly process: ChildProcess;
  readonly first: T;
}

/**
 * Starts a file of this folder and waits until it is ready. What it writes to its standard output is dropped, since a
 * benchmark's own output is its result.
 */
export async function startChild<T>(
  file: string,
  args: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): Promise<Child<T>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    // Typed arrays go through as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, ...nodeOptions],
  });
  return { process: child, first: await answerOf<T>(child) };
}

/** Sends a message and waits for its answer. @throws Error where the process ends before, or answers with an error */
export async function ask<T>(
  { process: child }: Pick<Child<unknown>, 'process'>,
  message: unknown,
): Promise<T> {
  const answer = answerOf<T & { readonly error?: string }>(child);
  child.send(message as object);
  const { error, ...rest } = await answer;
  if (error !== undefined) throw new Error(error);
  return rest as unknown as T;
}

/** Ends a process in its own way, and waits for its end. */
export async function endChild({ process: child }: Pick<Child<unknown>, 'process'>): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const told = new AbortController();
  const ended = once(child, 'exit', { signal: told.signal }).then(() => {
    throw new Error('a process of the benchmark ended before it answered');
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: told.signal }), ended])) as [T];
    return message;
  } finally {
    told.abort();
    ended.catch(() => {});
  }
}
