import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { starterTasks } from '../../domains/code/starter/index.ts';
import { exactPairs } from './exact.ts';
import { MAX_TEXT, PairFileError, readPairs, writePairs } from './jsonl.ts';
import type { ImportedPair } from './types.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const good = JSON.stringify({ prompt: 'p', chosen: 'a', rejected: 'b' });
/** A file of one good line, the given one, and another good one. */
const between = (line: string): string => `${good}\n${line}\n${good}\n`;

describe('writing and reading', () => {
  it('gives back the pairs of the starter world, labels included', () => {
    const pairs = exactPairs(starterTasks().slice(0, 50), { seed: 1, perTask: 4 });
    const file = readPairs(bytes(writePairs(pairs)));
    expect(file.pairs).toEqual(pairs);
    expect(file.skipped).toEqual([]);
    expect(file.lines).toEqual(pairs.map((_, i) => i + 1));
  });

  it('gives back any texts', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => value.trim() !== '');
    const pair = fc
      .record({ prompt: text, chosen: text, rejected: text })
      .filter(({ chosen, rejected }) => chosen !== rejected);
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 8 }), (pairs: ImportedPair[]) => {
        expect(readPairs(bytes(writePairs(pairs))).pairs).toEqual(pairs);
      }),
    );
  });

  it('never crashes on bytes that anybody may hand it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const file = readPairs(Uint8Array.from([...bytes(`${good}\n`), ...noise, ...bytes(`\n${good}`)]));
        expect(file.pairs.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});

describe('lines that cannot be used', () => {
  const over = JSON.stringify('x'.repeat(MAX_TEXT + 1));
  it.each([
    ['{"prompt":"p","chosen":"a"}', 'missing-field', /rejected is missing/],
    ['{"prompt":"p","chosen":null,"rejected":"b"}', 'missing-field', /chosen is missing/],
    ['{"prompt":"p","chosen":"a","rejected":"a"}', 'equal-texts', /same text/],
    ['{"prompt":"p","chosen":" ","rejected":"a"}', 'empty-text', /chosen is empty/],
    ['{"prompt":"p","chosen":3,"rejected":"a"}', 'wrong-type', /chosen must be a text/],
    [`{"prompt":"p","chosen":${over},"rejected":"a"}`, 'too-long', /32769 characters/],
    ['{"prompt":"p","chosen":"\\ud800","rejected":"a"}', 'not-utf8', /surrogate/],
    ['{"prompt":"p","chosen":[],"rejected":"a"}', 'wrong-type', /chosen must be a text/],
    ['{"prompt":"p","chosen":[{"role":"assistant"}],"rejected":"a"}', 'wrong-type', /chosen must be a text/],
    ['{"chosen":"a","rejected":"b"}', 'missing-field', /prompt is missing/],
    ['{"prompt":"p","chosen":"<think>a</think><think>b</think>","rejected":"b"}', 'ambiguous', /2 <think>/],
    ['{"prompt":"p","chosen":"</think>a<think>","rejected":"b"}', 'ambiguous', /not clear/],
    ['{"prompt":"p","chosen":"<think>a</think>x","rejected":"y"}', 'ambiguous', /rejected does not/],
    [
      '{"prompt":"p","chosen":"<think> </think>x","rejected":"<think>a</think>"}',
      'empty-text',
      /chosen is empty/,
    ],
    ['{"prompt":', 'not-json', /not JSON/],
    ['[1]', 'wrong-type', /not a JSON object/],
  ] as const)('%s', (line, problem, message) => {
    const { pairs, lines, skipped } = readPairs(bytes(between(line)));
    expect(pairs).toHaveLength(2);
    expect(lines).toEqual([1, 3]);
    expect(skipped).toMatchObject([{ line: 2, problem }]);
    expect(skipped[0]!.message).toMatch(message);
  });

  it('are told by their number, blank lines counted', () => {
    const { skipped } = readPairs(bytes(`\n${good}\n\n  \nnonsense\n`));
    expect(skipped.map(({ line }) => line)).toEqual([5]);
  });

  it('are found when they are not UTF-8', () => {
    const file = Uint8Array.from([...bytes(`${good}\n{"prompt":"`), 0xff, ...bytes(`"}\n`)]);
    expect(readPairs(file).skipped).toMatchObject([{ line: 2, problem: 'not-utf8' }]);
  });

  it('make the file useless when nothing else is there', () => {
    expect(() => readPairs(bytes('{}\n{}'))).toThrow(PairFileError);
    expect(() => readPairs(bytes('{}\n{}'))).toThrow(
      /None of the 2 lines is a pair; line 1: prompt is missing/,
    );
    expect(() => readPairs(bytes(' \n'))).toThrow(/holds no pairs/);
  });
});

describe('files of others', () => {
  it('may hold messages, whole completions and a subset', () => {
    const line = JSON.stringify({
      id: 7,
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Add two numbers.' },
      ],
      chosen: [
        { role: 'user', content: 'Add two numbers.' },
        { role: 'assistant', content: '<think>a plus b</think><answer>return a + b</answer>' },
      ],
      rejected: '<think>a minus b</think>',
      chosen_model: 'x',
      subset: 'hep-python',
    });
    expect(readPairs(bytes(line)).pairs).toEqual([
      {
        prompt: 'Be brief.\nAdd two numbers.',
        chosen: 'a plus b',
        rejected: 'a minus b',
        subset: 'hep-python',
      },
    ]);
  });

  const user = { role: 'user', content: 'Add.' };
  const said = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more });
  it.each<[string, object, object[]]>([
    [
      'RewardBench 2: every rejected text beside the chosen one',
      { prompt: 'p', chosen: ['a'], rejected: ['b', 'c', 'd'], subset: 'Factuality', additional_metadata: null },
      ['b', 'c', 'd'].map((rejected) => ({ prompt: 'p', chosen: 'a', rejected, subset: 'Factuality' })),
    ],
    [
      'TRL with an implicit prompt',
      { chosen: [user, said('a')], rejected: [user, said('b')], score_chosen: 8.5 },
      [{ prompt: 'Add.', chosen: 'a', rejected: 'b' }],
    ],
    [
      'reasoning that the prompt began',
      { prompt: 'p', chosen: 'a.</think>def f(): 1', rejected: 'b.</think>def f(): 2' },
      [{ prompt: 'p', chosen: 'a.', rejected: 'b.' }],
    ],
    [
      'reasoning that was cut off',
      { prompt: 'p', chosen: '<think>a</think>x', rejected: '<think>b and' },
      [{ prompt: 'p', chosen: 'a', rejected: 'b and' }],
    ],
    [
      'reasoning in a field of its own, as APIs have it',
      {
        prompt: 'p',
        chosen: [said('def f(): 1', { reasoning_content: 'a' })],
        rejected: [said(null, { reasoning: 'b' })],
      },
      [{ prompt: 'p', chosen: 'a', rejected: 'b' }],
    ],
    [
      'content in parts',
      { prompt: [{ role: 'user', content: [{ type: 'text', text: 'p' }] }], chosen: [said([{ type: 'text', text: 'a' }])], rejected: 'b' },
      [{ prompt: 'p', chosen: 'a', rejected: 'b' }],
    ],
    [
      'Alpaca’s names',
      { instruction: 'Add.', input: '1 2', chosen: 'a', rejected: 'b' },
      [{ prompt: 'Add.\n1 2', chosen: 'a', rejected: 'b' }],
    ],
    [
      'PKU’s names',
      { prompt: 'p', response_0: 'b', response_1: 'a', better_response_id: 1 },
      [{ prompt: 'p', chosen: 'a', rejected: 'b' }],
    ],
    [
      'labels that are numbers, and those of others',
      { prompt: 'p', chosen: 'a', rejected: 'b', subset: 7, family: 3, kind: 'coding', dimension: 'helpfulness' },
      [{ prompt: 'p', chosen: 'a', rejected: 'b', subset: '7', family: '3' }],
    ],
  ])('%s', (_, record, pairs) => {
    expect(readPairs(bytes(`${good}\n${JSON.stringify(record)}`))).toEqual({
      pairs: [{ prompt: 'p', chosen: 'a', rejected: 'b' }, ...pairs],
      lines: [1, ...pairs.map(() => 2)],
      skipped: [],
    });
  }); // prettier-ignore
});
