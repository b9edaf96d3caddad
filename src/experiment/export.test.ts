import { describe, expect, it } from 'vitest';
import { cellOf, taskOf } from '../../tests/support/experiment.ts';
import { csvOf, exportedFiles, metricRows, taskRows } from './export.ts';

const cell = cellOf({
  arm: 'a',
  seed: 3,
  steps: [{ step: 1, metrics: { kl: 0.5, reward: 1.25, unheard: 2 } }],
  evals: [{ step: 0, metrics: { 'eval/pass@1': 0.5 } }],
  tasks: [{ ...taskOf('one, or "two"', 8, 6), parts: { edge: 2 } }, taskOf('two\nlines', 8, 2)],
});

describe('the export of an experiment', () => {
  it('has a row a step and an evaluation, and one with the measures', () => {
    const place = { arm: 'a', preset: 'starter', seed: 3 };
    expect(metricRows([cell])).toEqual([
      { ...place, kind: 'step', step: 1, kl: 0.5, reward: 1.25, unheard: 2 },
      { ...place, kind: 'eval', step: 0, 'eval/pass@1': 0.5 },
      { ...place, kind: 'final', step: 1, strict: 0.5, visible: 0.5, edge: 0.25, best: 0.5, tokens: 50 },
    ]);
    expect(metricRows([{ ...cell, steps: [], evals: [], frozen: true }])).toMatchObject([{ step: 0 }]);
  });

  it('has the names of a run, in their order, and others after them', () => {
    const { 'results.csv': text } = exportedFiles([cell]);
    const [head, step, evaluation] = text!.split('\r\n');
    expect(head).toBe(
      'arm,preset,seed,kind,step,reward,kl,eval/pass@1,strict,visible,edge,best,tokens,unheard',
    );
    expect(step).toBe('a,starter,3,step,1,1.25,0.5,,,,,,,2');
    expect(evaluation).toBe('a,starter,3,eval,0,,,0.5,,,,,,');
  });

  it('has a row a task, quoted as RFC 4180 says', () => {
    expect(taskRows([cell])[0]).toMatchObject({
      task: 'one, or "two"',
      strict: 6,
      edge: 2,
      best: 1,
      tokens: 400,
    });
    const text = csvOf(taskRows([cell]));
    expect(text).toContain('a,starter,3,"one, or ""two""",digits,8,6,6,2,1,400,0,0,1\r\n');
    expect(text).toContain('"two\nlines"');
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it('has the same rows as JSON lines', () => {
    const { 'results.jsonl': metrics, 'tasks.jsonl': tasks } = exportedFiles([cell]);
    const read = (text: string): unknown[] => text.trimEnd().split('\n').map((line) => JSON.parse(line)); // prettier-ignore
    expect(read(metrics!)).toEqual(metricRows([cell]));
    expect(read(tasks!)).toEqual(taskRows([cell]));
  });
});
