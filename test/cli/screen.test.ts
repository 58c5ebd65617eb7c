import { describe, expect, it } from 'vitest';
import { Screen } from '../../src/cli/screen.ts';
import { CapturedIo } from './captured-io.ts';

class TerminalIo extends CapturedIo {
  override readonly isTerminal = true;
}

describe('Screen without a terminal', () => {
  it('prints plain lines, and of quick progress only the first', () => {
    const io = new CapturedIo();
    const screen = new Screen(io);
    screen.line('a title');
    screen.progress('1 %');
    screen.progress('2 %');
    screen.done('all');
    screen.line('the end');
    expect(io.out).toBe('a title\n1 %\nall\nthe end\n');
  });
});

describe('Screen on a terminal', () => {
  it('rewrites the progress line in place', () => {
    const io = new TerminalIo();
    const screen = new Screen(io);
    screen.progress('1 %');
    screen.progress('2 %');
    screen.done('all');
    expect(io.out).toBe('\r\x1b[K1 %\r\x1b[K2 %\r\x1b[Kall\n');
  });

  it('puts log lines above the progress line', () => {
    const io = new TerminalIo();
    const screen = new Screen(io);
    const logs = screen.logStream(io.stdout);
    logs.write('quiet\n');
    screen.progress('1 %');
    logs.write('a log line\n');
    expect(io.out).toBe('quiet\n\r\x1b[K1 %\r\x1b[Ka log line\n1 %');
  });
});
