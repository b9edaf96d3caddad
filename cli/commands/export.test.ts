import { createHash } from 'node:crypto';
import {
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeTask } from '../../src/domains/code/task.ts';
import { readDrafts } from '../../src/domains/files/read.ts';
import { sourceOf } from '../../src/domains/index.ts';
import { END, THINK_OPEN } from '../../src/model/tokenizer/special-tokens.ts';
import { unpackWeights, parameterLayout } from '../../src/model/parameters.ts';
import { buildScores } from '../../src/programs/supervised.ts';
import { createRuntime } from '../../src/runtime/ort/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { type ModelWithVocabulary, readPolicy, readReward } from '../../src/workspace/run-models.ts';
import { shippedModels } from '../export/source.ts';
import { writeNewFolder } from '../export/new-folder.ts';
import { main } from '../main.ts';
import { findModel, localModel } from '../model-folder.ts';

const STARTER = shippedModels({});

let root: string;
let runtime: Runtime;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'posterior-export-'));
  ort.env.wasm.numThreads = 1;
  runtime = createRuntime(ort, 'wasm', 1);
});
afterAll(() => rmSync(root, { recursive: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string; log: string }> {
  let [out, log] = ['', ''];
  const terminal = {
    out: (line: string) => void (out += `${line}\n`),
    log: (text: string) => void (log += text),
    interactive: false,
  };
  return { code: await main(argv, terminal), out, log };
}

const site = { tokenizerJson: JSON.parse(readFileSync(join(STARTER, 'tokenizer.json'), 'utf8')) as unknown };
const policyIn = async (folder: string) => readPolicy(localModel(await findModel(folder)), site);

/** Logits of the last position, [vocabulary]. */
async function logits(
  { config, weights }: ModelWithVocabulary,
  ids: readonly number[],
): Promise<Float32Array> {
  const program = await runtime.compile(buildScores({ config }, { batch: 1, time: ids.length }));
  const tensors = [...unpackWeights(parameterLayout(config), weights)].map(([name, { data }]) => [
    name,
    data,
  ]);
  const { values } = await program.run({ ...Object.fromEntries(tensors), ids: Int32Array.from(ids) });
  await program.release();
  return values['logitsLast'] as Float32Array;
}

/** Comparing such long arrays by `toEqual` takes seconds. */
const hashOf = (weights: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength))
    .digest('hex');

/** What a file of tasks is read as, in order. */
async function draftsIn(path: string): Promise<object[]> {
  const { drafts, faults, shapes } = await readDrafts(path, createReadStream(path));
  expect(faults).toEqual([]);
  expect(Object.keys(shapes)).toEqual(['exported tasks']);
  return drafts.map(({ line: _, ...draft }) => draft);
}

const draftOf = (task: CodeTask): object => ({
  kind: 'code',
  id: task.id,
  family: task.family,
  prompt: task.prompt,
  reasoning: task.reference,
  entry: task.entry,
  language: 'python',
  preamble: '',
  visible: task.visibleTests,
  heldOut: task.heldOutTests,
  program: null,
  completes: false,
});

async function draftsOf(split: 'train' | 'heldOut'): Promise<object[]> {
  const tasks = await sourceOf({}).load();
  return tasks[split].map((task) => draftOf(task as CodeTask));
}

describe('an exported folder', () => {
  it('comes back: the policy bit for bit, the ids of its tokenizer, the reward model, the tasks', async () => {
    const out = join(root, 'trl');
    expect(await run('export', 'starter', '--to', 'trl', '--out', out)).toMatchObject({ code: 0, log: '' });
    expect(readdirSync(root)).toEqual(['trl']);
    expect(readdirSync(out).sort()).toEqual([
      'README.md', 'accelerate.yaml', 'policy', 'posterior.json', 'posterior_answers.py', 'posterior_programs.py',
      'posterior_reward.py', 'reward', 'tasks', 'train_trl.py', 'trl.json',
    ]); // prettier-ignore
    const [before, after] = await Promise.all([
      policyIn(join(STARTER, 'policy')),
      policyIn(join(out, 'policy')),
    ]);
    expect(after.config).toEqual(before.config);
    const text = `def solve(xs):\n    """Sum."""\n${THINK_OPEN}for each, 👩‍👩‍👧${END}`;
    const ids = before.tokenizer.encode(text);
    expect(after.tokenizer.encode(text)).toEqual(ids);
    expect(await logits(after, ids)).toEqual(await logits(before, ids));
    const reward = await readReward(localModel(await findModel(join(out, 'reward'))), site);
    const shipped = await readReward(localModel(await findModel(join(STARTER, 'reward'))), site);
    expect(hashOf(reward.weights)).toBe(hashOf(shipped.weights));

    for (const [name, split] of [
      ['train', 'train'],
      ['test', 'heldOut'],
    ] as const) {
      const read = await draftsIn(join(out, 'tasks', `${name}.jsonl`));
      expect(isDeepStrictEqual(read, await draftsOf(split))).toBe(true);
    }
  });

  it('for verl holds the tasks as Parquet, and the settings as overrides', async () => {
    const out = join(root, 'verl');
    const { code } = await run(
      'export',
      'starter',
      '--to',
      'verl',
      '--out',
      out,
      '--gate',
      'ungated',
      '--set',
      'groupSize=16',
    );
    expect(code).toBe(0);
    const read = await draftsIn(join(out, 'tasks', 'test.parquet'));
    expect(isDeepStrictEqual(read, await draftsOf('heldOut'))).toBe(true);
    const overrides = readFileSync(join(out, 'verl.overrides'), 'utf8').split('\n');
    expect(overrides).toContain('actor_rollout_ref.rollout.n=16');
    expect(overrides).toContain('reward.custom_reward_function.path=@DIR@/posterior_reward.py');
    expect(JSON.parse(readFileSync(join(out, 'posterior.json'), 'utf8'))).toMatchObject({
      gate: 'ungated',
      to: 'verl',
    });
  });

  it('is not written over anything, and one that was interrupted does not look whole', async () => {
    const out = join(root, 'taken');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.txt'), 'mine');
    expect(await run('export', 'starter', '--to', 'hf', '--out', out)).toMatchObject({
      code: 2,
      log: expect.stringContaining('is not empty'),
    });
    expect(readdirSync(out)).toEqual(['mine.txt']);

    const half = join(root, 'half');
    const files = [
      ['policy/config.json', new Uint8Array([1])],
      ['policy', new Uint8Array([2])],
    ] as const;
    // The second cannot be written, since a folder has its name.
    await expect(writeNewFolder(half, files)).rejects.toThrow();
    expect(existsSync(half)).toBe(false);
    await writeNewFolder(half, files.slice(0, 1));
    expect(readdirSync(half)).toEqual(['policy']);
    expect(existsSync(`${half}.part`)).toBe(false);
  });
});

describe('export refuses', () => {
  const cases: readonly (readonly [what: string, make: (folder: string) => void, message: string])[] = [
    ['an empty folder', () => undefined, 'is no run and no model'],
    [
      'a run that has saved nothing',
      (folder) => writeFileSync(join(folder, 'config.json'), JSON.stringify({ request: {} })),
      'has saved nothing yet',
    ],
    [
      'a model of another kind',
      (folder) => {
        cpSync(join(STARTER, 'policy'), folder, { recursive: true });
        const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
        writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, model_type: 'gpt2' }));
      },
      'config.json: model_type',
    ],
    [
      'a reward model',
      (folder) => cpSync(join(STARTER, 'reward'), folder, { recursive: true }),
      'it is a reward model, not a policy',
    ],
    [
      'weights that are cut short',
      (folder) => {
        cpSync(join(STARTER, 'policy'), folder, { recursive: true });
        truncateSync(join(folder, 'model.safetensors'), 50_000);
      },
      'model.safetensors',
    ],
  ];

  it.each(cases)('%s', async (what, make, message) => {
    const folder = join(root, what.replaceAll(' ', '-'));
    mkdirSync(folder);
    make(folder);
    const out = `${folder}-out`;
    const { code, log } = await run('export', folder, '--to', 'hf', '--out', out);
    expect(log).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    [['export', 'starter', '--out', 'x'], 'export needs --to'],
    [['export', 'starter', '--to', 'hf'], 'export needs --out'],
    [['export', '--to', 'hf', '--out', 'x'], 'export takes one run'],
    [
      ['export', 'starter', '--to', 'verl', '--out', 'never-written', '--set', 'rewardScaling=rank'],
      'verl calls its reward function',
    ],
  ])('%j', async (argv, message) => {
    expect(await run(...argv)).toMatchObject({ code: 2, log: expect.stringContaining(message) });
  });
});
