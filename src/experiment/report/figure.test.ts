import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../report/chart.ts';
import { figureSvg } from './figure.ts';
import { PALETTE } from '../../report/palette.ts';

const { document, DOMParser } = parseHTML('<!doctype html><html></html>');

const points = (values: readonly number[]) => values.map((y, i) => ({ x: i + 1, y }));
const chart: Chart = {
  title: 'Held-out <pass@1>',
  caption: `What it is. ${'word '.repeat(60)}`,
  unit: 'share',
  domain: [0, 1],
  series: ['Posterior & more', 'Ungated'].map((label, i) => ({
    label,
    points: points([0.1, 0.4, 0.6]),
    band: [1, 2, 3].map((x) => ({ x, low: 0.1, high: 0.7 })),
    look: { color: `var(--s${i})`, dash: i === 0 ? 'none' : '7 3' },
  })),
};
const parsed = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml');

describe('a figure as a file', () => {
  const svg = figureSvg(chart, document, 'both')!;

  it('is one SVG with its title, names, curves, bands and caption, and needs nothing else', () => {
    const read = parsed(svg);
    expect(read.documentElement.tagName.toLowerCase()).toBe('svg');
    expect(read.documentElement.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
    const texts = [...read.querySelectorAll('text')].map(({ textContent }) => textContent);
    for (const said of ['Held-out <pass@1>', 'Posterior & more', 'Ungated']) expect(texts).toContain(said);
    expect(read.querySelectorAll('[stroke="#1f5fbf"]').length).toBeGreaterThan(1);
    expect(svg).not.toMatch(/var\(|currentColor|light-dark|<script|<image|href=|@import|url\(|NaN|undefined/);
    expect(texts.filter((text) => text!.includes('word'))!.length).toBeGreaterThan(2);
  });

  it('has colours for light, and for dark where that is wished', () => {
    expect(svg).toContain(`fill="${PALETTE['surface']![0]}"`);
    expect(svg).toMatch(/prefers-color-scheme: dark\) \{.*\[stroke="#1f5fbf"\] \{ stroke: #85b4f7 \}/s);
    const dark = figureSvg(chart, document, 'dark')!;
    expect(dark).toContain('stroke="#85b4f7"');
    expect(dark).toContain(`fill="${PALETTE['surface']![1]}"`);
    expect(dark).not.toContain('prefers-color-scheme');
  });

  it('is none where there is nothing to draw', () => {
    expect(figureSvg({ ...chart, series: [] }, document, 'light')).toBeNull();
  });
});
