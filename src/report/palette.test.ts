import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COLORS } from '../experiment/report/looks.ts';
import { PALETTE } from './palette.ts';

it('has the colours of the app', () => {
  const tokens = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8');
  for (const [name, [light, dark]] of Object.entries(PALETTE))
    expect(tokens, name).toContain(`--${name}: light-dark(${light}, ${dark});`);
});

it('has curves with a contrast of 3 to the paper, in both themes', () => {
  const channel = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string): number => {
    const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
    return (high! + 0.05) / (low! + 0.05);
  };
  const [lightPaper, darkPaper] = PALETTE['surface']!;
  for (let i = 0; i < COLORS; i++) {
    const [light, dark] = PALETTE[`s${i}`]!;
    expect(contrast(light, lightPaper)).toBeGreaterThanOrEqual(3);
    expect(contrast(dark, darkPaper)).toBeGreaterThanOrEqual(3);
  }
});
