import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FORMAT_PROFILES } from '../domains/format-profiles.ts';
import { maths } from '../domains/maths/index.ts';
import type { MathsTask } from '../domains/maths/task.ts';
import { PROMPT_STYLES, promptingOf } from '../domains/prompting.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { promptSettings } from '../rl/config.ts';
import { demonstrationsOf } from './demonstrations.ts';

const tokenizer = loadTokenizer(JSON.parse(readFileSync('public/starter/tokenizer.json', 'utf8')));
const chat = { template: '{{ messages[1].content }}\n{{ messages[0].content }}\n', specialTokens: {} };
const END = 7;
const room = { maxPromptTokens: 4000, maxCompletionTokens: 4000 };

const sum = (a: number, reference: string | null): MathsTask => ({
  id: `${a}+1`,
  family: 'sums',
  split: 'train',
  prompt: `${a} + 1 = ?\n`,
  answer: String(a + 1),
  ...(reference !== null && { reference }),
});
const solved = Array.from({ length: 6 }, (_, a) => sum(a, `one more than ${a} is ${a + 1}.`));

const material = (settings: Parameters<typeof promptSettings>[0]) => ({
  domain: maths,
  prompting: promptingOf<MathsTask>(promptSettings(settings), {
    domain: maths,
    train: solved,
    chat,
    tokenizer,
  }),
  tokenizer,
  endId: END,
  ...room,
});

const PAIRS = PROMPT_STYLES.flatMap((style) => FORMAT_PROFILES.map((profile) => [style, profile] as const));

it.each(PAIRS)(
  'writes for %s prompts what the profile %s reads as the solution',
  (promptStyle, formatProfile) => {
    const given = material({ promptStyle, formatProfile });
    const { examples, ...left } = demonstrationsOf(solved, given);
    expect(left).toEqual({ unsolved: 0, tooLong: 0 });
    examples.forEach(({ prompt, completion }, i) => {
      expect(tokenizer.decode(prompt)).toBe(given.prompting.promptOf(solved[i]!));
      expect(completion.at(-1)).toBe(END);
      expect(given.prompting.parse(tokenizer.decode(completion.slice(0, -1)))).toMatchObject({
        format: 1,
        reasoning: solved[i]!.reference,
        answer: solved[i]!.answer,
      });
    });
  },
);

it('counts what it cannot learn from', () => {
  const long = sum(8, 'and '.repeat(200));
  const given = { ...material({}), maxCompletionTokens: 60 };
  const { examples, unsolved, tooLong } = demonstrationsOf([...solved, sum(7, null), long], given);
  expect([examples.length, unsolved, tooLong]).toEqual([solved.length, 1, 1]);
  expect(demonstrationsOf(solved, { ...given, maxPromptTokens: 2 }).tooLong).toBe(solved.length);
});
