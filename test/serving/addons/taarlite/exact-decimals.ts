/**
 * A non-negative double with ten decimals, rounded half to even, by whole numbers alone: the double is
 * mantissa × 2^exponent exactly.
 */
export function exactTenDecimals(value: number): string {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponentBits = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = exponentBits === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(exponentBits, 1) - 1075;
  const digits = divideHalfEven(
    mantissa * 10n ** 10n * 2n ** BigInt(Math.max(exponent, 0)),
    Math.max(-exponent, 0),
  );
  const text = digits.toString().padStart(11, '0');
  return `${text.slice(0, -10)}.${text.slice(-10)}`;
}

function divideHalfEven(dividend: bigint, log2: number): bigint {
  const divisor = 1n << BigInt(log2);
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
