import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonLine, type JsonObject } from './domains/code/grading/json-line.ts';
import { readRecord } from './domains/code/grading/lines.ts';
import { draftOf } from './domains/files/read.ts';
import { exampleText } from './domains/files/template.ts';
import { parseAdapterConfig } from './model/adapter.ts';
import { parseModelConfig } from './model/config.ts';
import { blobAccess } from './model/gguf/access.ts';
import { ggufSource } from './model/gguf/source.ts';
import { packWeights, parameterLayout } from './model/parameters.ts';
import { readPairs } from './reward/pairs/jsonl.ts';
import { INSTRUCTION_TEMPLATES, parseTemplates } from './reward/pairs/templates.ts';
import { parseScalingFile } from './rl/scaling.ts';
import { parseConfig } from './rl/config.ts';
import { verifyFormulas, verifyReward } from './verify/formulas.ts';
import { readSafetensors } from './model/safetensors.ts';
import { readModel } from './model/sources/source.ts';
import { loadTokenizer } from './model/tokenizer/index.ts';

/** Readers of files end in a value or in an error of the project's own, whatever was done to the file. */

const text = (path: string): string => readFileSync(path, 'utf8');
const json = (path: string): unknown => JSON.parse(text(path));
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

interface Reader {
  readonly valid: unknown;
  readonly read: (damaged: unknown) => unknown;
  readonly errors: readonly string[];
}

const model = readSafetensors(readFileSync('tests/fixtures/llama_tiny/model.safetensors'));
const layout = parameterLayout(parseModelConfig(json('tests/fixtures/llama_tiny/config.json')));

/** A value as a line of a file has it; null where it is no object. */
function recordOf(value: unknown): JsonObject | null {
  const record = parseJsonLine(JSON.stringify(value) ?? 'null');
  const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record);
  return isRecord ? (record as JsonObject) : null;
}

const READERS: Readonly<Record<string, Reader>> = {
  'config.json': {
    valid: json('tests/fixtures/qwen2_tiny/config.json'),
    read: (value) => parseModelConfig(value),
    errors: ['ModelConfigError'],
  },
  'adapter_config.json': {
    valid: json('tests/fixtures/lora/qwen2/adapter_config.json'),
    read: (value) => parseAdapterConfig(value),
    errors: ['AdapterError'],
  },
  'tokenizer.json': {
    valid: json('public/starter/tokenizer.json'),
    read: (value) => {
      const tokenizer = loadTokenizer(value);
      return tokenizer.decode(tokenizer.encode('def f(xs):\n    return é<think>'));
    },
    errors: ['TokenizerError', 'RangeError'],
  },
  'the tensors of a model': {
    valid: Object.fromEntries([...model.tensors].map(([name, { shape }]) => [name, shape])),
    read: (value) => {
      const shapes = typeof value === 'object' && value !== null ? Object.entries(value) : [];
      const tensors = shapes.map(([name, shape]) => {
        const list = Array.isArray(shape) ? shape.map((size) => (typeof size === 'number' ? size : NaN)) : [];
        return [
          name,
          { shape: list, dtype: 'f32', data: model.tensors.get(name)?.data ?? new Float32Array(1) },
        ] as const;
      });
      return packWeights(layout, new Map(tensors));
    },
    errors: ['WeightsError'],
  },
  'preference pairs': {
    valid: {
      prompt: [{ role: 'user', content: 'p' }],
      chosen: [{ role: 'assistant', content: 'a', reasoning_content: 'r' }],
      rejected: ['<think>b</think>', '<think>c</think>'],
      dimension: 'logical rigor',
    },
    read: (value) => readPairs(bytesOf(value)),
    errors: ['PairFileError'],
  },
  'templates.json': {
    valid: INSTRUCTION_TEMPLATES,
    read: parseTemplates,
    errors: ['TemplateError'],
  },
  'scaling.json': {
    valid: json('public/starter/reward/scaling.json'),
    read: parseScalingFile,
    errors: ['ScalingError'],
  },
  'settings of a run': { valid: parseConfig({}), read: parseConfig, errors: ['ConfigError'] },
  'formulas.json': {
    valid: json('tests/fixtures/grpo.json'),
    read: verifyFormulas,
    errors: ['MalformedFileError'],
  },
  'reward.json': {
    valid: json('tests/fixtures/reward_model.json'),
    read: verifyReward,
    errors: ['MalformedFileError'],
  },
  ...Object.fromEntries(
    Object.entries({
      'a program’s task': JSON.parse(exampleText('code', true).split('\n')[1] ?? ''),
      'a problem of mathematics': JSON.parse(exampleText('maths', true).split('\n')[1] ?? ''),
      'a task of EvalPlus': {
        task_id: 'Mbpp/1',
        prompt: 'p',
        entry_point: 'f',
        canonical_solution: 'def f(x): return x',
        base_input: [[1]],
        plus_input: [[2]],
        atol: 0,
        assertion: 'assert f(1) == 1',
      },
      'a task of MBPP': { text: 'p', code: 'c', task_id: 1, test_list: ['assert f(1)'], test_imports: [] },
      'a row of verl': {
        data_source: 'x',
        prompt: [{ role: 'user', content: 'q' }],
        ability: 'math',
        reward_model: { style: 'rule', ground_truth: '{"entry":"f","visible":["assert f(1)"]}' },
        extra_info: { split: 'train', index: 1, answer: 'a' },
      },
      'a problem of MATH': { problem: 'p', solution: '\\boxed{2}', type: 'Algebra' },
    }).map(([name, valid]): [string, Reader] => [
      name,
      {
        valid,
        read: (value) => {
          const record = recordOf(value);
          return record && draftOf(record, 1);
        },
        errors: ['DraftError', 'JsonLineError'],
      },
    ]),
  ),
  'a record to be graded': {
    valid: { id: 1, program: 'x', function: 'f', tests: [{ args: [1], kwargs: { a: 1 }, expected: 2 }] },
    read: (value) => {
      const record = recordOf(value);
      return record && readRecord(record, 1, { format: 'auto' });
    },
    errors: ['JsonLineError'],
  },
};

type Path = readonly (string | number)[];

/** Where values are, down to a few of each list: more of the same says nothing new. */
function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.slice(0, 3).map((item, i): [number, unknown] => [i, item])
    : Object.entries(value).slice(0, 40);
  return [at, ...entries.flatMap(([key, held]) => paths(held, [...at, key]))];
}

const REMOVED = Symbol('removed');

function changed(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as unknown as Record<number, unknown>)
    : { ...(value as object) };
  const inside = changed(copy[key], rest, by);
  if (inside === REMOVED && !Array.isArray(value)) delete copy[key];
  else copy[key] = inside === REMOVED ? undefined : inside;
  return copy;
}

const junk = fc.oneof(
  fc.constantFrom(REMOVED, null, true, '', 'x', 0, -1, 1.5, 1e308, [], {}, [[]], [null], { type: 'x' }),
  fc.jsonValue({ maxDepth: 2 }),
);

it.each(Object.entries(READERS))('%s, damaged anywhere', (_, { valid, read, errors }) => {
  expect(() => read(valid)).not.toThrow();
  const places = paths(valid);
  const damage = fc.tuple(fc.constantFrom(...places), junk);
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 2 }), (damages) => {
      let damaged = valid;
      for (const [path, by] of damages) {
        try {
          damaged = changed(damaged, path, by === REMOVED && path.length === 0 ? null : by);
        } catch {
          // The first damage took away where the second was to be.
        }
      }
      try {
        read(damaged);
      } catch (error) {
        expect(errors, String((error as Error).stack)).toContain((error as Error).name);
      }
    }),
    { numRuns: 300 },
  );
});

it('a safetensors file, damaged at any byte', () => {
  const whole = new Uint8Array(readFileSync('tests/fixtures/llama_tiny/model.safetensors'));
  const place = fc.integer({ min: 0, max: 3000 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (bytes, cut) => {
        const damaged = whole.slice(0, cut ? bytes[0]![0] : undefined);
        for (const [at, byte] of bytes) damaged[at] = byte;
        try {
          readSafetensors(damaged);
        } catch (error) {
          expect((error as Error).name, String((error as Error).stack)).toBe('SafetensorsError');
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('a GGUF file, damaged at any byte', async () => {
  const whole = new Uint8Array(readFileSync('tests/fixtures/gguf/llama.gguf'));
  const place = fc.integer({ min: 0, max: 3500 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (bytes, cut) => {
        const damaged = whole.slice(0, cut ? bytes[0]![0] : undefined);
        for (const [at, byte] of bytes) damaged[at] = byte;
        const source = ggufSource(async () => blobAccess(new Blob([damaged])));
        try {
          const { config } = await readModel(source);
          await source.json('tokenizer_config.json');
          loadTokenizer(await source.tokenizer(), config);
        } catch (error) {
          const errors = ['GgufError', 'ModelConfigError', 'TokenizerError', 'WeightsError'];
          expect(errors, String((error as Error).stack)).toContain((error as Error).name);
        }
      },
    ),
    { numRuns: 300 },
  );
});
