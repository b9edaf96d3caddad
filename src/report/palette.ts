/** The colours of reports and figures, for light and for dark: those of the app (`styles/tokens.css`), by name. */
export type Theme = 'light' | 'dark';

/** Each as [light, dark]. */
export const PALETTE: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#f7f5f0', '#131519'],
  surface: ['#fffefb', '#1a1d23'],
  ink: ['#1c2027', '#e9e6df'],
  'ink-2': ['#4c535f', '#b3b8c2'],
  'ink-3': ['#656c78', '#959ca8'],
  line: ['#e4dfd5', '#2b3039'],
  grid: ['#ece8df', '#262a32'],
  accent: ['#1f5fbf', '#85b4f7'],
  negative: ['#d1512c', '#f2946f'],
  bad: ['#b0391a', '#f2946f'],
  warn: ['#8a5300', '#f1c261'],
  'warn-soft': ['#fbf0d8', '#35290f'],
  thinking: ['#d18f00', '#efbe4d'],
  // Arms: a contrast of 3 and more to the paper in either theme.
  s0: ['#1f5fbf', '#85b4f7'],
  s1: ['#c8481f', '#f2946f'],
  s2: ['#00795a', '#4fc9a4'],
  s3: ['#946300', '#efbe4d'],
  s4: ['#7d3c98', '#cf9ae8'],
  s5: ['#0b7a99', '#74d4ee'],
  s6: ['#b8326f', '#f58fbd'],
  s7: ['#3f4650', '#dcd8cf'],
};

export const colorIn = (name: string, theme: Theme): string | undefined =>
  PALETTE[name]?.[theme === 'light' ? 0 : 1];

/** All of them as custom properties of CSS. */
export const PALETTE_CSS = Object.entries(PALETTE)
  .map(([name, [light, dark]]) => `--${name}: light-dark(${light}, ${dark});`)
  .join(' ');
