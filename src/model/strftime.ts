/** Dates as Python's strftime writes them in the C locale: the codes that chat templates use. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
]; // prettier-ignore

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');
const hour12 = (date: Date): number => date.getHours() % 12 || 12;
const dayOfYear = (date: Date): number =>
  Math.round(
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) /
      86_400_000,
  ) + 1;

const CODES: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getFullYear()),
  y: (date) => padded(date.getFullYear() % 100),
  m: (date) => padded(date.getMonth() + 1),
  B: (date) => MONTHS[date.getMonth()]!,
  b: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  d: (date) => padded(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2),
  j: (date) => padded(dayOfYear(date), 3),
  A: (date) => DAYS[date.getDay()]!,
  a: (date) => DAYS[date.getDay()]!.slice(0, 3),
  H: (date) => padded(date.getHours()),
  I: (date) => padded(hour12(date)),
  M: (date) => padded(date.getMinutes()),
  S: (date) => padded(date.getSeconds()),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  '%': () => '%',
};

/** `%-d` is without leading zeros, as in the GNU library. @throws RangeError for a code that is not known here */
export const strftime = (date: Date, format: string): string =>
  format.replace(/%(-?)(.|$)/gsu, (all, bare: string, code: string) => {
    const write = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
    if (!write) throw new RangeError(`the date format ${all} is not known`);
    const written = write(date);
    return bare === '' ? written : written.replace(/^[0 ]+(?=\d)/, '');
  });
