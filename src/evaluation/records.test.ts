import { describe, expect, it } from 'vitest';
import { code } from '../domains/code/index.ts';
import type { Attempt, Task } from '../domains/domain.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import type { SampleRequest } from '../rl/policy.ts';
import { verdictOf } from '../../tests/support/rollout.ts';
import { type EvaluatedPart, evaluateParts, evaluateTasks, fittingTasks } from './evaluate.ts';
import { OUTCOMES, outcomeOf } from './records.ts';
import { printTasks } from './suite.ts';
import { letters } from '../../tests/support/letters.ts';

const task = (id: string): Task => ({ id, family: 'letters', split: 'held-out', prompt: `${id}\n` });
const SAMPLING = { samples: 2, seed: 7, temperature: 1, maxPromptTokens: 8, maxCompletionTokens: 64 };

/** Answers with the letter of the task, or without the form in every second sample. */
function ports(requests: SampleRequest[]) {
  return {
    tokenizer: letters,
    domain: code,
    prompting: code,
    policy: {
      sample: async (request: SampleRequest) => {
        requests.push(request);
        return request.prompts.flatMap((prompt) =>
          ['<think>r</think><answer>' + letters.decode(prompt).trim() + '</answer>', 'no'].map((text) => {
            const tokens = [...letters.encode(text), 1];
            const each = (value: number) => tokens.map(() => value);
            return { tokens, logprobs: each(-1), entropies: each(0.5), truncated: false };
          }),
        );
      },
    },
    verifier: {
      verify: async (attempts: readonly Attempt[]) =>
        attempts.map(({ task: { id }, answer }) =>
          verificationOf(verdictOf(answer === id ? 'pass' : 'no-code', 1, 1), 1),
        ),
    },
  };
}

describe('the samples of an evaluation', () => {
  it('go on from where they stopped as they would have gone on', async () => {
    const tasks = Array.from({ length: 200 }, (_, i) => task(`t${i}`));
    const from = async (place: number) => {
      const requests: SampleRequest[] = [];
      const parts: EvaluatedPart[] = [];
      const { signal } = new AbortController();
      for await (const part of evaluateParts(ports(requests), tasks, SAMPLING, place, signal))
        parts.push(part);
      return { requests, parts };
    };
    const whole = await from(0);
    const rest = await from(96);
    expect(whole.parts.map(({ at, samples }) => [at, samples.length])).toEqual([
      [0, 192],
      [96, 192],
      [192, 16],
    ]);
    expect(rest.parts).toEqual(whole.parts.slice(1));
    expect(rest.requests).toEqual(whole.requests.slice(1));
  });

  it('come a part after the other, each drawing what it would draw in one', async () => {
    const requests: SampleRequest[] = [];
    const tasks = Array.from({ length: 200 }, (_, i) => task(`t${i}`));
    const done: number[] = [];
    const heard = (count: number): void => void done.push(count);
    const samples = await evaluateTasks(
      ports(requests),
      tasks,
      SAMPLING,
      heard,
      new AbortController().signal,
    );
    expect(
      requests.map(({ prompts, skipped, group, seed }) => [prompts.length, skipped, group, seed]),
    ).toEqual([
      [96, 0, 2, 7],
      [96, 96, 2, 7],
      [8, 192, 2, 7],
    ]);
    expect(done).toEqual([0, 96, 192, 200]);
    expect(samples.map(({ task, sample, outcome }) => [task, sample, outcome])).toEqual(
      tasks.flatMap(({ id }) => [
        [id, 0, 'passes'],
        [id, 1, 'no form'],
      ]),
    );
    expect(samples[0]).toMatchObject({ answer: 't0', reasoning: 'r', entropy: 0.5, measures: {} });
    expect(samples[0]!.length).toBe(samples[0]!.tokens.length);
    expect(samples[1]).toMatchObject({ answer: null, agreement: null });
  });

  it('stop when they are told to', async () => {
    const stopped = evaluateTasks(ports([]), [task('a')], SAMPLING, () => {}, AbortSignal.abort());
    await expect(stopped).rejects.toThrow(/abort/);
  });

  it('are of tasks whose prompt fits', () => {
    const { fitting, tooLong } = fittingTasks([task('a'), task('a long one')], [2, 11], 8);
    expect(fitting.map(({ id }) => id)).toEqual(['a']);
    expect(tooLong).toEqual([{ task: 'a long one', tokens: 11 }]);
  });

  it('are told apart by what became of them', () => {
    const verification = (passes: boolean, passesVisible: boolean) => ({
      ...verificationOf(verdictOf('wrong'), 1),
      passes,
      passesVisible,
    });
    const all = [
      outcomeOf('a', verification(true, true)),
      outcomeOf('a', verification(false, true)),
      outcomeOf('a', verification(false, false)),
      outcomeOf(null, verification(false, false)),
    ];
    expect(all).toEqual(OUTCOMES);
  });
});

describe('the print of a task', () => {
  const tests = { entry: 'f', visibleTests: [{ args: [1], expected: 1 }], heldOutTests: [] };
  const base = { ...task('a'), ...tests };
  const print = async (of: Task) => (await printTasks([of], code))[0]!;

  it('tells another prompt from another suite, and heeds nothing that is only told of it', async () => {
    const { prompt, checks } = await print(base);
    expect(prompt).toMatch(/^[0-9a-f]{16}$/);
    const told = { ...base, label: 'l', reference: 'r', split: 'train' as const };
    expect(await print(told)).toEqual(await print(base));
    expect(await print({ ...base, prompt: 'b\n' })).toMatchObject({ checks });
    expect((await print({ ...base, prompt: 'b\n' })).prompt).not.toBe(prompt);
    const other = await print({ ...base, visibleTests: [{ args: [1], expected: 2 }] } as Task);
    expect(other.prompt).toBe(prompt);
    expect(other.checks).not.toBe(checks);
  });
});
