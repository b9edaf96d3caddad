/** Numbers as the page prints them: a fixed number of places so that columns do not move, and a true minus. */
const minus = (printed: string): string => printed.replace('-', '−');

/** `places` decimals; −0 prints as 0. */
export function decimal(value: number, places = 2): string {
  const printed = value.toFixed(places);
  return Number(printed) === 0 ? (0).toFixed(places) : minus(printed);
}

/** With a sign in front, also for positive values. */
export function signed(value: number, places = 2): string {
  const printed = decimal(value, places);
  return value > 0 && Number(printed) !== 0 ? `+${printed}` : printed;
}

/** A whole number with its thousands apart: 12,345. */
export const grouped = (value: number): string => value.toLocaleString('en');

/** A share in [0, 1] as whole percent. */
export const percent = (share: number): string => `${decimal(share * 100, 0)} %`;

/** Three significant digits or an exponent, for quantities of unknown size. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e5) return minus(value.toExponential(1));
  if (size >= 100) return decimal(value, 0);
  return decimal(value, size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** The shortest form that reads back as the same number: 0.0001 becomes 1e-4. */
export function rate(value: number): string {
  const exponential = value.toExponential();
  const plain = String(value);
  return exponential.length < plain.length ? exponential : plain;
}

/** A duration in the largest unit that suits it: 430 ms, 2.1 s, 3 min 20 s. */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
