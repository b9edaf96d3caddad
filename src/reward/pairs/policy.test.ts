import { describe, expect, it } from 'vitest';
import type { SampleRequest } from '../../rl/policy.ts';
import { starterTasks } from '../../domains/code/starter/index.ts';
import { policyText, policyWriter, textsFor, type TextPort, writingSettings } from './policy.ts';
import {
  COMPLETION_TEMPLATES,
  fill,
  INSTRUCTION_TEMPLATES,
  parseTemplates,
  TemplateError,
} from './templates.ts';

const tasks = starterTasks().slice(0, 4);
const request = { tasks, perTask: 3, seed: 1, round: 0 };

/** Answers by what it was asked for: the purpose names the side. */
function writer(answer: (purpose: string, prompt: string) => string | null) {
  const asked: { purpose: string; prompts: readonly string[] }[] = [];
  const port: TextPort = {
    async complete(prompts, _seed, _round, purpose) {
      asked.push({ purpose, prompts });
      return prompts.map((prompt) => answer(purpose, prompt));
    },
  };
  return { asked, writer: policyWriter(port, INSTRUCTION_TEMPLATES) };
}

describe('policyWriter', () => {
  it('asks for a base, then for a better and a worse one of it, and makes all three pairs', async () => {
    const { asked, writer: policy } = writer((purpose) => `<think>${purpose}</think><answer>x</answer>`);
    const { pairs, dropped } = await policy.write(request);
    expect(asked.map(({ purpose }) => purpose)).toEqual(['pairs base', 'pairs optimized', 'pairs degraded']);
    expect(asked[1]!.prompts[0]).toContain(tasks[0]!.prompt);
    expect(asked[1]!.prompts[0]).toContain('\npairs base\n');
    expect(asked[1]!.prompts[0]).toMatch(/Improve its (factual accuracy|logical rigor|logical coherence)/);
    expect(pairs).toHaveLength(12);
    expect(Object.values(dropped).every((count) => count === 0)).toBe(true);
    expect(pairs.slice(0, 3)).toMatchObject([
      { kind: 'optimized>degraded', chosen: 'pairs optimized', rejected: 'pairs degraded', writer: 'policy' },
      { kind: 'optimized>original', chosen: 'pairs optimized', rejected: 'pairs base' },
      { kind: 'original>degraded', chosen: 'pairs base', rejected: 'pairs degraded' },
    ]);
  });

  it.each([
    ['no-change', () => '<think>the same</think>', 12],
    ['empty', (purpose: string) => (purpose.endsWith('degraded') ? '<think> </think>' : purpose), 8],
    ['malformed', (purpose: string) => (purpose.endsWith('base') ? 'a</think>b<think>' : purpose), 8],
    ['malformed', (purpose: string) => (purpose.endsWith('base') ? '<think>a<think>b</think>' : purpose), 8],
    ['too-long', (purpose: string) => (purpose.endsWith('base') ? null : purpose), 8],
    ['too-long', (purpose: string) => (purpose.endsWith('base') ? 'x'.repeat(9000) : purpose), 8],
  ] as const)('drops and counts what is %s', async (reason, answer, count) => {
    const { pairs, dropped } = await writer(answer).writer.write(request);
    expect(dropped[reason]).toBe(count);
    expect(pairs).toHaveLength(12 - count);
  });

  it('stops when told to', async () => {
    const { writer: policy } = writer(() => 'a');
    await expect(policy.write(request, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

describe('policyText', () => {
  const letters = {
    encode: (text: string) => [...text].map((char) => char.charCodeAt(0)),
    decode: (ids: readonly number[]) => String.fromCharCode(...ids),
  };

  it('leaves out what is too long for the policy and what did not end', async () => {
    const seen: SampleRequest[] = [];
    const policy = {
      async sample(asked: SampleRequest) {
        seen.push(asked);
        return asked.prompts.map((prompt, i) => ({
          tokens: [...prompt, 1],
          logprobs: [],
          entropies: [],
          truncated: i === 1,
        }));
      },
    };
    const settings = { maxPromptTokens: 3, maxCompletionTokens: 8, temperature: 1, microBatch: 4 };
    const port = policyText(policy, letters, settings);
    expect(await port.complete(['abc', 'abcd', 'ab', 'a'], 5, 2, 'x')).toEqual(['abc', null, null, 'a']);
    expect(seen).toMatchObject([{ group: 1, seed: 5, step: 2, purpose: 'x', temperature: 1 }]);
    expect(await port.complete(['abcdef'], 5, 2, 'x')).toEqual([null]);
    expect(seen).toHaveLength(1);
  });
});

describe('a part of many texts', () => {
  it('draws as in the whole, and is told of', async () => {
    const seen: [number, number | undefined][] = [];
    const policy = {
      async sample({ prompts, skipped }: SampleRequest) {
        seen.push([prompts.length, skipped]);
        return prompts.map((prompt) => ({
          tokens: [...prompt, 1],
          logprobs: [],
          entropies: [],
          truncated: false,
        }));
      },
    };
    const numbers = {
      encode: (text: string) => [Number(text)],
      decode: (ids: readonly number[]) => `${ids[0]}`,
    };
    const settings = { maxPromptTokens: 3, maxCompletionTokens: 8, temperature: 1, microBatch: 2 };
    const wrote: number[] = [];
    const port = policyText(policy, numbers, settings, (texts) => wrote.push(texts));
    const prompts = Array.from({ length: 11 }, (_, i) => String(i));
    expect(await port.complete(prompts, 1, 0, 'x')).toEqual(prompts);
    expect(seen).toEqual([
      [8, 0],
      [3, 8],
    ]);
    expect(wrote).toEqual([0, 8, 3]);
  });

  it('has room for the longest of its prompts, and for no shorter ones than usual', async () => {
    const rooms: number[] = [];
    const policy = {
      async sample({ prompts, maxPromptTokens }: SampleRequest) {
        rooms.push(maxPromptTokens);
        return prompts.map(() => ({ tokens: [1], logprobs: [], entropies: [], truncated: false }));
      },
    };
    const dots = { encode: (text: string) => [...text].map(() => 2), decode: () => '' };
    const port = policyText(policy, dots, writingSettings(2048));
    for (const length of [1, 160, 161, 639, 641]) await port.complete(['.'.repeat(length)], 1, 0, 'x');
    expect(rooms).toEqual([160, 160, 320, 640]);
  });

  it.each([1, 3, 4, 9, 1000])(
    'is counted as it is asked for, with %i pairs of each task',
    async (perTask) => {
      const { asked, writer: policy } = writer(() => 'a');
      await policy.write({ ...request, perTask });
      const texts = asked.reduce((sum, { prompts }) => sum + prompts.length, 0);
      expect(textsFor(tasks.length, { perTask })).toBe(texts);
    },
  );
});

it('gives a policy that reads more more room, and never more than it reads', () => {
  expect(writingSettings(256)).toMatchObject({
    maxPromptTokens: 160,
    maxCompletionTokens: 88,
    microBatch: 48,
  });
  for (const positions of [8, 100, 256, 300, 1024, 40_000]) {
    const { maxPromptTokens, maxCompletionTokens, microBatch } = writingSettings(positions);
    expect(maxPromptTokens + maxCompletionTokens).toBeLessThanOrEqual(positions);
    expect(microBatch).toBeGreaterThan(0);
  }
  expect(writingSettings(40_000)).toEqual(writingSettings(1024));
});

describe('templates', () => {
  it('are filled in one pass, so that what a task says is never a placeholder', () => {
    const filling = { task: 'T {reasoning}', reasoning: 'R $& {task}', dimension: 'D' };
    expect(fill('{task}|{reasoning}|{dimension}|{other}', filling)).toBe(
      'T {reasoning}|R $& {task}|D|{other}',
    );
  });

  it('are checked', () => {
    for (const templates of [INSTRUCTION_TEMPLATES, COMPLETION_TEMPLATES])
      expect(parseTemplates(templates)).toEqual(templates);
    expect(() => parseTemplates({ ...COMPLETION_TEMPLATES, extra: '' })).toThrow(TemplateError);
    expect(() => parseTemplates({ ...COMPLETION_TEMPLATES, base: 'no task' })).toThrow(
      /base does not mention/,
    );
    expect(() => parseTemplates({ ...COMPLETION_TEMPLATES, degraded: '{task} {level}' })).toThrow(
      /\{level\}/,
    );
  });
});
