/** The Python of an exported folder, in CPython itself, against what it has to agree with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { loadPyodide } from 'pyodide';
import { beforeAll, describe, expect, it } from 'vitest';
import { statedAnswers } from '../../tests/support/answers.ts';
import { pythonValue, similarPythonPair } from '../../tests/support/values.ts';
import { parseCompletion, reasoningText } from '../domains/completion.ts';
import { FORMAT_PROFILES, parserOf } from '../domains/format-profiles.ts';
import { readAnswer, sameAnswer } from '../domains/maths/answer.ts';
import { readExpression } from '../domains/maths/expression.ts';
import { numberOf } from '../domains/maths/polynomial.ts';
import { GATE_NAMES, totalReward } from '../rl/gate.ts';
import { type Scaling, scaleGroup } from '../rl/scaling.ts';
import { matches } from '../sandbox/equality.ts';
import type { Comparison, Value } from '../sandbox/types.ts';
import { checkValue } from '../sandbox/value.ts';
import type { CodeTask } from '../domains/code/task.ts';
import { callOrder } from '../sandbox/verdict.ts';
import { trlRows } from './tasks.ts';

function isArgument(value: Value): boolean {
  try {
    checkValue(value, 'python', 'argument');
    return true;
  } catch {
    return false;
  }
}

const FOLDER = join(import.meta.dirname, 'python');

/** Values go in and out as JSON text. */
const CALL = `
import json, sys
sys.path.insert(0, "/exported")
import posterior_answers, posterior_programs, posterior_reward
from posterior_programs import number

# What takes or makes more than JSON can say.
posterior_programs.there_and_back = lambda value: posterior_programs.encode(posterior_programs.decode(value))

def shown(truth):
    # As it is, and as whoever reads it without our reader of integers.
    ours, plain = json.loads(truth, parse_int=number), json.loads(truth)
    pairs = zip(ours["visible"], plain["visible"])
    return [[repr(posterior_programs.decode(test["args"][0])) for test in pair] for pair in pairs]

posterior_programs.shown = shown
posterior_reward.think_by = lambda items, scores: posterior_reward.think(items, lambda texts: [scores[t] for t in texts])

def call(name, text):
    module, _, function = name.partition(".")
    found = getattr(sys.modules["posterior_" + module], function)
    return json.dumps([found(*given) for given in json.loads(text, parse_int=number)])
call
`;

let python: (name: string, given: readonly (readonly unknown[])[]) => unknown[];
let configure: (settings: object) => void;

beforeAll(async () => {
  const pyodide = await loadPyodide();
  pyodide.FS.mkdir('/exported');
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.py')))
    pyodide.FS.writeFile(`/exported/${name}`, readFileSync(join(FOLDER, name)));
  const call = pyodide.runPython(CALL) as (name: string, text: string) => string;
  python = (name, given) => JSON.parse(call(name, JSON.stringify(given))) as unknown[];
  configure = (settings) => {
    const all = { gateThreshold: 0.5, rewardWeights: { format: 1, outcome: 1, thinking: 1 }, ...settings };
    pyodide.FS.writeFile('/exported/posterior.json', JSON.stringify(all));
    pyodide.runPython('posterior_reward.settings.cache_clear()');
  };
}, 60_000);

describe('the exported Python', () => {
  it('reads and compares answers as the verifier does', () => {
    const stated = statedAnswers(600, 21).filter(
      ({ expected, units }) => readAnswer(expected, units) !== null,
    );
    const ours = stated.map(({ given, expected, units, tolerance }) => {
      const got = readAnswer(given, units);
      const allowed = tolerance === null ? null : numberOf(readExpression(tolerance)!);
      return got !== null && sameAnswer(got, readAnswer(expected, units)!, allowed);
    });
    const given = stated.map(({ given, expected, units, tolerance }) => [given, expected, units, tolerance]);
    expect(python('answers.same_answer', given)).toEqual(ours);
    expect(new Set(ours).size).toBe(2);
  });

  it('compares values as the sandbox does', () => {
    const compare = fc.record(
      {
        types: fc.constantFrom('exact', 'equal', 'json'),
        tolerance: fc.constantFrom({ absolute: 0.5 }, { relative: 0.01 }),
        as: fc.constantFrom('sequence', 'unordered', 'set', 'truth'),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Comparison>;
    const pairs = fc.sample(fc.tuple(similarPythonPair, compare), { numRuns: 400, seed: 5 });
    const ours = pairs.map(([[a, b], how]) => matches(a, b, how));
    expect(
      python(
        'programs.matches',
        pairs.map(([[a, b], how]) => [a, b, how]),
      ),
    ).toEqual(ours);
    expect(new Set(ours).size).toBe(2);
  });

  it('gives programs the values of a test, and tells what they return', () => {
    const values = fc
      .sample(pythonValue, { numRuns: 300, seed: 6 })
      // A class or factory is code, so named tuples and defaultdicts are no arguments.
      .filter((value) => isArgument(value));
    const identity = values.map((value): [Value] => [value]);
    const back = python('programs.there_and_back', identity) as Value[];
    const changed = values.filter((value, i) => !matches(back[i]!, value));
    expect(changed).toEqual([]);
    expect(values.length).toBeGreaterThan(150);
  });

  it('gives programs each number of an exported test with its type and exact value', () => {
    const values: readonly (readonly [Value, string])[] = [
      [2, '2'],
      [{ $: 'float', v: 2 }, '2.0'],
      [{ $: 'float', v: '-0.0' }, '-0.0'],
      [2 ** 53 - 1, '9007199254740991'],
      [2 ** 53, '9007199254740992.0'],
      [-1e20, '-1e+20'],
      [1e300, '1e+300'],
      [0.1, '0.1'],
      [{ $: 'int', v: '9007199254740992' }, '9007199254740992'],
      [{ $: 'int', v: '12345678901234567890' }, '12345678901234567890'],
      [{ $: 'tuple', v: [1, { $: 'float', v: 1 }, 1e20] }, '(1, 1.0, 1e+20)'],
    ];
    const tests = values.map(([value]) => ({ args: [value], expected: value }));
    const task: CodeTask = {
      id: 't',
      family: 'f',
      split: 'train',
      prompt: 'p',
      entry: 'f',
      visibleTests: tests,
      heldOutTests: [],
    };
    const [{ ground_truth } = { ground_truth: '' }] = trlRows('code', [task]);
    const [shown] = python('programs.shown', [[ground_truth]]);
    expect(shown).toEqual(values.map(([, repr]) => [repr, repr]));
  });

  it('calls the tests in the order in which the sandbox does', () => {
    const programs = ['', 'def f(x):\n    return x', '🙂 é'.repeat(40), '\ud800'];
    const ours = programs.flatMap((program) => [1, 6, 14].map((count) => callOrder(program, count)));
    const given = programs.flatMap((program) => [1, 6, 14].map((count) => [program, count]));
    expect(python('programs.order_of', given)).toEqual(ours);
  });

  it('takes exactly the form that training takes', () => {
    const texts = [
      '<think>a</think><answer>b</answer>',
      '<think> a\n</think>\n\t<answer>\n\n    def f():\n  b \n</answer>',
      '<think>a</think>\ufeff<answer>\u0085b</answer>',
      '<think>a</think><answer>b</answer> ',
      ' <think>a</think><answer>b</answer>',
      '<think>a</think>x<answer>b</answer>',
      '<think></think><answer>b</answer>',
      '<think>a</think><answer>\n \n</answer>',
      '<think>a<think>b</think><answer>c</answer>',
      '<answer>b</answer><think>a</think>',
      '<think>a</think><answer>b',
      '<think>a<answer></think>b</answer>',
      '',
    ];
    const ours = texts.map((text) => {
      const { reasoning, answer } = parseCompletion(text);
      return [reasoning, answer];
    });
    expect(
      python(
        'reward.parse_completion',
        texts.map((text) => [text]),
      ),
    ).toEqual(ours);
    expect(python('reward.parse_completion', [['<think>a</think><answer>b</answer><|end|>']])).toEqual([
      ['a', 'b'],
    ]);
  });

  it('reads completions by each profile as training does', () => {
    const texts = [
      '<think>a</think><answer>b</answer>',
      'a</think><answer>b</answer>',
      ' Sure. <think>a</think> So <answer>b',
      '<think>a</think><answer>b</answer><answer>c</answer>',
      '<think>a</think><answer>x\n```python\n  b\n\n```\ny\n```\nz\n```</answer> more',
      '<think>a</think><answer>~~~\n```\n~~~~ \nz</answer>',
      '<think>a</think><answer>```b``` c</answer>',
      '<think>a</think><answer>   ````js\u2028\nb\n```\n````</answer>',
      '<think>a</think><answer>    ```\nb\n    ```</answer>',
      '<think>a</think><answer>```\nb\n```py\nc</answer>',
      '<think>a<think>b</think><answer>c</answer>',
      '<answer>b</answer><think>a</think>',
      '<think>a',
      '',
    ];
    for (const formatProfile of FORMAT_PROFILES) {
      configure({ formatProfile });
      const parse = parserOf(formatProfile, parseCompletion);
      const ours = texts.map(parse).map(({ reasoning, answer }) => [reasoning, answer]);
      expect(
        python(
          'reward.read_completion',
          texts.map((text) => [text]),
        ),
      ).toEqual(ours);
    }
    configure({});
    expect(python('reward.read_completion', [[texts[0]]])).toEqual([['a', 'b']]);
  });

  it('counts R_t as each gate does', () => {
    for (const gate of GATE_NAMES) {
      configure({ gate });
      const cases = [
        [1, 1, 0.7, 1],
        [1, 0, 0.7, 0.5],
        [1, 0, 0.3, 0],
        [0, 0, 0, 0],
      ] as const;
      const ours = cases.map(([format, outcome, thinking, share]) =>
        totalReward({ format, outcome, thinking }, gate, share),
      );
      expect(python('reward.total_reward', cases)).toEqual(ours);
    }
  });

  const scalings: Scaling[] = [
    { kind: 'sigmoid', center: 0.5 },
    { kind: 'reference', anchor: -0.2 },
    { kind: 'rank' },
    { kind: 'min-max', low: -2, high: 3 },
  ];
  it.each(scalings)('scales the scores of a group: %j', (scaling) => {
    configure({ scaling });
    const [prompt, reference] = ['p\n', 'known'];
    const reasonings = ['bad', 'good', null, 'good', 'better'];
    const scores = new Map([
      ['bad', -3],
      ['good', 0.25],
      ['better', 7],
      [reference, 1],
    ]);
    const ours = scaleGroup(
      reasonings.map((text) => (text === null ? null : scores.get(text)!)),
      scaling,
      scaling.kind === 'reference' ? 1 : null,
    );
    const table = Object.fromEntries(
      [...scores].map(([text, score]) => [reasoningText(prompt, text), score]),
    );
    const [theirs] = python('reward.think_by', [
      [reasonings.map((text) => ['t', prompt, text, reference]), table],
    ]);
    (theirs as number[]).forEach((value, i) => expect(value).toBeCloseTo(ours[i]!, 14));
    expect(theirs).toHaveLength(5);
  });
});
