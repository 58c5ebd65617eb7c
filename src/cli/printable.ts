const CONTROLS = /\p{Cc}/gu;
const HEX = 16;
const UNIT_DIGITS = 4;

/**
 * A line with its control characters written out as `\uXXXX`. What others have sent may hold commands for the terminal,
 * and line breaks that would let it look like lines of ours.
 */
export function printable(line: string): string {
  return line.replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(HEX).padStart(UNIT_DIGITS, '0')}`,
  );
}
