import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { Rollout } from '../rl/types.ts';
import { formatNumber, renderChart, type Chart } from './chart.ts';
import { chooseExamples, renderReport, summaryRows, type RunReport } from './report.ts';
import { rolloutOf, verdictOf } from '../../tests/support/rollout.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import { rewardsOf } from '../rl/rewards/index.ts';
import { REPORT_STYLE } from './style.ts';

const { document } = parseHTML('<!doctype html><html></html>');

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
  const html = renderReport(RUN, document);

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

  it('says what changed during the run', () => {
    expect(html).not.toContain('Changed during the run');
    const changes = [{ step: 1, settings: { learningRate: 1e-3, gate: 'soft' } }] as const;
    const changed = renderReport({ ...RUN, config: { ...RUN.config, changes } }, document);
    expect(changed).toContain('<li>From step 2: learningRate 0.001, gate soft</li>');
    expect(changed).not.toContain('[object Object]');
  });

  it('names the whole configuration', () => {
    for (const name of Object.keys(RUN.config)) expect(html).toContain(`<th scope="row">${name}</th>`);
  });

  it('survives a run without steps', () => {
    const empty = renderReport({ ...RUN, start: {}, end: {}, steps: [], evals: [], rollouts: [] }, document);
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

const chart = (points: Chart['series'][number]['points'], domain?: readonly [number, number]): string => {
  const series = [{ label: 'a', points }];
  const plain = { title: 'T', caption: '', unit: 'nats', series };
  return renderChart(domain ? { ...plain, domain } : plain, document) ?? '';
};

const coordinates = (figure: string): number[][] =>
  [...(/aria-label="line"><path d="([^"]+)"/.exec(figure)?.[1] ?? '').matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(
    ([, x, y]) => [Number(x), Number(y)],
  );

const labelsOf = (figure: string, axis: 'x' | 'y'): string[] => {
  const { document: page } = parseHTML(figure);
  const group = page.querySelector(`[aria-label="${axis}-axis tick label"]`);
  return [...(group?.querySelectorAll('text') ?? [])].map(({ textContent }) => textContent ?? '');
};

describe('renderChart', () => {
  const line = [
    { x: 0, y: 0 },
    { x: 5, y: 0.5 },
    { x: 10, y: 1 },
  ];

  it('places points in proportion', () => {
    const [[x0, y0], [x1, y1], [x2, y2]] = coordinates(chart(line, [0, 1])) as [number[], number[], number[]];
    expect(x1).toBeCloseTo((x0! + x2!) / 2, 1);
    expect(y1).toBeCloseTo((y0! + y2!) / 2, 1);
    expect(y2!).toBeLessThan(y0!);
  });

  it('labels both axes, and marks whole steps', () => {
    const figure = chart(line.slice(0, 2).map(({ x, y }) => ({ x: x / 5 + 1, y })));
    expect(figure).toContain('step →');
    expect(figure).toContain('↑ nats');
    expect(labelsOf(figure, 'x')).toEqual(['1', '2']);
    expect(labelsOf(chart(line, [0, 1]), 'y')).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
  });

  it('leaves out values that are not finite, and is nothing without any', () => {
    const nan = { x: 1, y: NaN };
    expect(chart([nan])).toBe('');
    expect(chart([nan, { x: 2, y: 3 }])).not.toMatch(/NaN|Infinity/);
  });

  it('draws a constant curve', () => {
    const [first, last] = coordinates(
      chart([
        { x: 0, y: 2 },
        { x: 1, y: 2 },
      ]),
    );
    expect(first?.[1]).toBe(last?.[1]);
    expect(first?.[1]).toBeGreaterThan(0);
  });

  it('puts a smooth curve over many values and keeps them', () => {
    const noisy = Array.from({ length: 40 }, (_, x) => ({ x, y: x % 2 }));
    const figure = chart(noisy);
    expect(figure.match(/aria-label="line"/g)).toHaveLength(2);
    expect(figure).toContain('<title>step 39: 1</title>');
  });

  it('is a picture with a name', () => {
    expect(chart(line)).toContain('role="img"');
    expect(chart(line)).toContain('aria-label="T: a from 0 at step 0 to 1 at step 10"');
  });
});

it('has the colours of the app', () => {
  const colors = (css: string): Map<string, string> =>
    new Map(
      [...css.matchAll(/(--[\w-]+): (light-dark\([^)]+\))/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
  const app = colors(readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8'));
  const report = colors(REPORT_STYLE);
  expect(report.size).toBeGreaterThan(5);
  for (const [name, value] of report) expect([name, value]).toEqual([name, app.get(name)]);
  for (const [, name = ''] of REPORT_STYLE.matchAll(/var\((--[\w-]+)\)/g))
    expect([...report.keys()]).toContain(name);
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
