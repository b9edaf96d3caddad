import { describe, expect, it } from 'vitest';
import { completionText } from '../completion.ts';
import { sourceOf } from '../index.ts';
import { maths } from './index.ts';
import type { MathsTask } from './task.ts';
import { UnreadableTaskError } from './verifier.ts';

const task: MathsTask = {
  id: 't',
  family: 'arithmetic',
  split: 'train',
  prompt: 'Start with 14, add 7, times 2.\n',
  answer: '42',
  units: ['km'],
  plan: {
    steps: [
      { operation: 'add', operands: ['14', '7'], result: '21' },
      { operation: 'multiply', operands: ['21', '2'], result: '42' },
    ],
  },
};

const verifier = maths.verifier({
  sandbox: { grade: () => Promise.reject(new Error('not asked')) },
  timeoutMs: 1,
});
const verify = async (answer: string | null, reasoning?: string, of = task) =>
  (
    await verifier.verify([{ task: of, answer, ...(reasoning === undefined ? {} : { reasoning }) }], 'strict')
  )[0]!;

describe('mathematics', () => {
  it.each<[string | null, boolean]>([
    ['42', true],
    [' 84/2 km', true],
    ['\\boxed{42.0}', true],
    ['41.99999', false],
    ['42 m', false],
    ['no idea', false],
    [null, false],
  ])('verifies the answer %j as %s, on both suites', async (answer, passes) => {
    for (const suite of ['visible', 'strict'] as const) {
      const [verification] = await verifier.verify([{ task, answer }], suite);
      expect(verification).toMatchObject({ passes, passesVisible: passes, passed: Number(passes), total: 1 });
    }
  });

  it('rounds where the task says so and nowhere else', async () => {
    expect((await verify('41.99', undefined, { ...task, tolerance: '0.01' })).passes).toBe(true);
    expect((await verify('41.98', undefined, { ...task, tolerance: '0.01' })).passes).toBe(false);
  });

  it('names a task that cannot be verified', async () => {
    for (const fault of [{ answer: 'unknown' }, { tolerance: '-1' }, { tolerance: 'x' }])
      await expect(verify('42', undefined, { ...task, ...fault })).rejects.toThrow(UnreadableTaskError);
  });

  it('shows the answer and every step', async () => {
    const shown = maths.show(await verify('43 km', '14 + 7 = 21; 21 * 2 = 43; clearly'), task);
    expect(shown.outcome).toEqual({ tone: 'fail', word: 'wrong', count: null });
    expect(shown.checks).toEqual([
      {
        tone: 'fail',
        word: 'wrong',
        question: 'answer, in km',
        expected: '42',
        got: { kind: 'value', text: '43' },
      },
      { tone: 'pass', word: 'right', question: '14 + 7 = 21', expected: '21', got: null },
      { tone: 'fail', word: 'false', question: '21 * 2 = 43', expected: '43', got: null },
      { tone: 'none', word: 'unreadable', question: 'clearly', expected: '', got: null },
    ]);
    const unread = maths.show(await verify('no idea'));
    expect(unread.checks[0]).toMatchObject({ word: 'unreadable', got: { kind: 'error', text: 'no idea' } });
    expect(maths.show(await verify(null)).outcome).toEqual({ tone: 'none', word: 'no answer', count: null });
  });

  it('agrees where the last result is the answer, right or wrong', () => {
    expect(maths.agreement(task, '14 + 7 = 21; 21 * 2 = 42', '42')).toBe(true);
    expect(maths.agreement(task, '14 + 7 = 21', '21')).toBe(true);
    expect(maths.agreement(task, '14 + 7 = 21', '42')).toBe(false);
    expect(maths.agreement(task, 'it is clear', '42')).toBeNull();
    expect(maths.agreement(task, '14 + 7 = 21', 'clear')).toBeNull();
  });

  it('measures right steps, sound reasoning and lucky answers', () => {
    const measured = (reasoning: string, answer: string, passes: boolean) =>
      maths.measures!(task, reasoning, answer, {
        passes,
        passesVisible: passes,
        passed: 0,
        total: 1,
        weak: false,
        detail: null,
      });
    expect(measured('14 + 7 = 21; 21 * 2 = 42', '42', true)).toEqual({
      'steps/valid': 1,
      'steps/sound': 1,
      'steps/unsound_given_pass': 0,
    });
    expect(measured('14 + 7 = 22; 21 * 2 = 42', '42', true)).toEqual({
      'steps/valid': 0,
      'steps/sound': 0,
      'steps/unsound_given_pass': 1,
    });
    expect(measured('14 + 7 = 21', '21', false)).toEqual({ 'steps/valid': 1, 'steps/sound': 0 });
  });

  it('finds reasoning sound where no step is wrong or missing and the answer is the task’s', () => {
    expect(maths.soundness!(task, '14 + 7 = 21; 21 * 2 = 42')).toBe(true);
    for (const wrong of [
      '14 + 7 = 21',
      '21 * 2 = 42',
      'so it is 42',
      '14 + 7 = 22; 22 * 2 = 44',
      '14 + 7 = 21; clearly; 21 * 2 = 42',
      'it is clear',
      '',
    ])
      expect(maths.soundness!(task, wrong), wrong).toBe(false);
    const { plan: _, ...bare } = task;
    expect(maths.soundness!(bare, '14 + 7 = 21; 21 * 2 = 42')).toBeNull();
    expect(maths.soundness!({ ...task, answer: 'unknown' }, '14 + 7 = 21')).toBeNull();
  });

  it('has a starter source with families to choose from, each with a reference', async () => {
    const choice = { domain: 'maths', taskSettings: { families: ['fractions'] } };
    const { train, heldOut } = await sourceOf(choice).load();
    expect(new Set([...train, ...heldOut].map(({ family }) => family))).toEqual(new Set(['fractions']));
    for (const each of train)
      expect(maths.soundness!(each as MathsTask, each.reference!), each.id).toBe(true);
    for (const each of heldOut) {
      expect(maths.soundness!(each as MathsTask, each.reference!)).toBe(true);
      expect(each.label).toMatch(/^fractions: /);
      const { answer } = each as MathsTask;
      const { reasoning } = maths.parse(completionText(each.reference!, answer).replace('<|end|>', ''));
      expect(maths.agreement(each as MathsTask, reasoning!, answer)).toBe(true);
    }
    expect(() => sourceOf({ domain: 'maths', taskSettings: { families: ['poems'] } })).toThrow(
      'taskSettings.families.0 must be among arithmetic, words, equations, digits, fractions.',
    );
  });
});
