import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { Rollout } from '../rl/types.ts';
import { formatNumber, renderChart, smooth, ticks } from './chart.ts';
import { chooseExamples, renderReport, summaryRows, type RunReport } from './report.ts';
import { rolloutOf, verdictOf } from '../../tests/support/rollout.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import { rewardsOf } from '../rl/rewards/index.ts';

const rollout = (index: number, status: 'pass' | 'wrong', thinking: number, text = 'text'): Rollout =>
  rolloutOf({
    step: 2,
    index,
    taskId: 'largest-even',
    text,
    verification: verificationOf(verdictOf(status, 1, 2), 2),
    rewards: rewardsOf({ format: 1, outcome: status === 'pass' ? 1 : 0, thinking }),
    reward: 1,
  });

const RUN: RunReport = {
  config: { ...DEFAULT_CONFIG, preset: 'default', steps: 2, seed: 7 },
  device: { kind: 'wasm', reason: 'no <GPU>' },
  seconds: 12.345,
  start: { 'eval/pass@1': 0.25, 'eval/visible_pass@1': 0.5 },
  end: { 'eval/pass@1': 0.75, 'eval/visible_pass@1': 0.625 },
  steps: [
    { step: 1, metrics: { 'rewards/thinking/mean': 0.4, entropy: 1 } },
    { step: 2, metrics: { 'rewards/thinking/mean': 0.6, entropy: 0.5 } },
  ],
  evals: [
    { step: 0, metrics: { 'eval/pass@1': 0.25, 'eval/visible_pass@1': 0.5 } },
    { step: 2, metrics: { 'eval/pass@1': 0.75, 'eval/visible_pass@1': 0.625 } },
  ],
  rollouts: [
    rollout(0, 'pass', 0.2),
    rollout(1, 'pass', 0.9),
    rollout(2, 'wrong', 0.8, '<think>a & b</think><script>alert(1)</script>'),
    rollout(3, 'wrong', 0.1),
    rollout(4, 'pass', 0.5),
  ],
};

describe('renderReport', () => {
  const html = renderReport(RUN);

  it('asks nothing of the network and runs nothing', () => {
    expect(html).not.toMatch(/\b(?:src|href)=|@import|url\(|<script/i);
    expect(html).toMatch(/^<!doctype html>/);
  });

  it('escapes what the policy wrote', () => {
    expect(html).toContain('&lt;think&gt;a &amp; b&lt;/think&gt;&lt;script&gt;');
    expect(html).toContain('no &lt;GPU&gt;');
  });

  it('shows start, end and change', () => {
    expect(html).toContain('<td>0.250</td><td>0.750</td><td>+0.500</td>');
    expect(html).toContain('<td>0.400</td><td>0.600</td><td>+0.200</td>');
  });

  it('draws the metrics that there are and leaves out the others', () => {
    expect(html).toContain('<h3>Entropy</h3>');
    expect(html).not.toContain('<h3>KL to the reference policy</h3>');
  });

  it('says what the curves do to those who cannot see them', () => {
    expect(html).toContain('Pass@1: held-out tests from 0.25 at step 0 to 0.75 at step 2; visible tests');
  });

  it('names the whole configuration', () => {
    for (const name of Object.keys(RUN.config)) expect(html).toContain(`<th scope="row">${name}</th>`);
  });

  it('survives a run without steps', () => {
    const empty = renderReport({ ...RUN, start: {}, end: {}, steps: [], evals: [], rollouts: [] });
    expect(empty).toContain('<td>–</td>');
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('summaryRows', () => {
  it('prefers R_t of the evaluations to that of the steps', () => {
    const start = { 'rewards/thinking/mean': 0.1 };
    expect(summaryRows({ ...RUN, start })[2]).toEqual({ label: 'mean R_t', start: 0.1, end: 0.6 });
  });
});

describe('chooseExamples', () => {
  it('takes the best reasoning among passes and among failures', () => {
    expect(chooseExamples(RUN.rollouts).map(({ index }) => index)).toEqual([1, 4, 2, 3]);
  });
});

const coordinates = (svg: string): number[][] =>
  [...(/ d="([^"]+)"/.exec(svg)?.[1] ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);

describe('renderChart', () => {
  it('places points in proportion', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 5, y: 0.5 },
      { x: 10, y: 1 },
    ];
    const svg =
      renderChart({ title: '', caption: '', series: [{ label: 'a', points }], domain: [0, 1] }) ?? '';
    const [[x0, y0], [x1, y1], [x2, y2]] = coordinates(svg) as [number[], number[], number[]];
    expect(x1).toBeCloseTo((x0! + x2!) / 2, 1);
    expect(y1).toBeCloseTo((y0! + y2!) / 2, 1);
    expect(y2!).toBeLessThan(y0!);
  });

  it('leaves out values that are not finite, and is nothing without any', () => {
    const nan = { x: 1, y: NaN };
    expect(renderChart({ title: '', caption: '', series: [{ label: 'a', points: [nan] }] })).toBeNull();
    const svg = renderChart({
      title: '',
      caption: '',
      series: [{ label: 'a', points: [nan, { x: 2, y: 3 }] }],
    });
    expect(svg).not.toContain('NaN');
  });

  it('draws a constant curve in the middle', () => {
    const points = [
      { x: 0, y: 2 },
      { x: 1, y: 2 },
    ];
    const svg = renderChart({ title: '', caption: '', series: [{ label: 'a', points }] }) ?? '';
    expect(coordinates(svg)[0]?.[1]).toBe(102);
  });
});

describe('ticks', () => {
  it.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 100, 6, [0, 20, 40, 60, 80, 100]],
    [-0.013, 0.021, 5, [-0.01, 0, 0.01, 0.02]],
    [3, 3, 5, [3]],
  ])('%d to %d', (low, high, count, expected) => {
    expect(ticks(low, high, count)).toEqual(expected);
  });
});

describe('smooth', () => {
  it('keeps a constant and begins at the first value', () => {
    const points = [1, 2, 3].map((x) => ({ x, y: 4 }));
    for (const { y } of smooth(points)) expect(y).toBeCloseTo(4, 12);
    expect(smooth([{ x: 0, y: 9 }])[0]?.y).toBeCloseTo(9, 12);
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [12, '12'],
    [0.12345, '0.123'],
    [1234.4, '1234'],
    [0.00012, '1.2e-4'],
  ])('%d → %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
