/**
 * What Posterior makes of an exported folder, for the checks to compare with: `record.ts OUT EXPORT RUN EXPORT RUN ADAPTER`
 * writes ids, logits, greedy texts, scores, answers and comparisons of values as JSON into OUT, and the rollouts of both runs,
 * of programs and of mathematics.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { findModel, findReward, localModel } from '../cli/model-folder.ts';
import { reasoningText } from '../src/domains/completion.ts';
import { readAnswer, sameAnswer } from '../src/domains/maths/answer.ts';
import { readExpression } from '../src/domains/maths/expression.ts';
import { numberOf } from '../src/domains/maths/polynomial.ts';
import type { TrlRow } from '../src/export/tasks.ts';
import { LocalHost } from '../src/host/local-host.ts';
import { freshState } from '../src/host/host.ts';
import { parameterLayout, unpackWeights } from '../src/model/parameters.ts';
import { specOf } from '../src/model/policy-shape.ts';
import { SPECIAL_TOKENS } from '../src/model/tokenizer/special-tokens.ts';
import { buildGenerate } from '../src/programs/generate.ts';
import { buildProgram } from '../src/programs/index.ts';
import { Random } from '../src/random.ts';
import { Scorer } from '../src/reward/scorer.ts';
import { promptFeeds } from '../src/rl/batches.ts';
import type { TrainConfig } from '../src/rl/types.ts';
import type { HostArray } from '../src/runtime/runtime.ts';
import { matches } from '../src/sandbox/equality.ts';
import type { Comparison } from '../src/sandbox/types.ts';
import { readPolicy, readReward, readRewardBeside, type RewardModel } from '../src/workspace/run-models.ts';
import { statedAnswers } from '../tests/support/answers.ts';
import { similarPythonPair } from '../tests/support/values.ts';
import { logitsOf, runtime, tensorsOf } from './logits.ts';
import { lines, recordedRollouts } from './rollouts.ts';

const UNICODE_TEXTS = 10_000;
const SEQUENCES = 32;
const PROMPTS = 16;
const SCORED = 256;
const ANSWERS = 4000;
const VALUES = 3000;

const [out = '', exported = '', run = '', mathsExport = '', mathsRun = '', adapter = ''] =
  process.argv.slice(2);

const save = (name: string, value: unknown): void =>
  writeFileSync(join(out, `${name}.json`), JSON.stringify(value));

const site = { tokenizerJson: null };
const policy = await readPolicy(localModel(await findModel(join(exported, 'policy'))), site);
const reward = await readReward(localModel(await findModel(join(exported, 'reward'))), site);
const settings = JSON.parse(readFileSync(join(exported, 'posterior.json'), 'utf8')) as {
  readonly config: TrainConfig;
};
const rollouts = recordedRollouts(exported, run);
const heldOut = lines(join(exported, 'tasks', 'test.jsonl')) as TrlRow[];

/** Ids of random texts: every plane, what breaks careless tokenizers, and the tags. */
function unicodeTexts(): { text: string; ids: number[] }[] {
  const random = new Random(11, 0, 'unicode texts');
  const ranges = [
    [0x00, 0x7f],
    [0x20, 0x7e],
    [0x80, 0x7ff],
    [0x300, 0x36f],
    [0x800, 0xd7ff],
    [0x2000, 0x206f],
    [0xe000, 0xffff],
    [0x10000, 0x10ffff],
    [0x1f300, 0x1faff],
  ] as const;
  const code = [
    'def ',
    'return',
    '\n    ',
    'for x in xs',
    '  ',
    '\n\n',
    "'s",
    ' 12',
    '[]',
    ...SPECIAL_TOKENS,
  ];
  const piece = (): string => {
    if (random.uniform() < 0.2) return random.pick(code);
    const [low, high] = random.pick(ranges);
    return String.fromCodePoint(low + random.int(high - low + 1));
  };
  return Array.from({ length: UNICODE_TEXTS }, () => {
    const text = Array.from({ length: random.int(40) }, piece).join('');
    return { text, ids: policy.tokenizer.encode(text) };
  });
}

/** Prompts with their completions. */
const sequences = rollouts
  .slice(0, SEQUENCES)
  .map(({ row, tokens }) => [...policy.tokenizer.encode(row.prompt), ...tokens]);

/** What the policy writes when it always takes the likeliest token, up to and without end-of-text. */
async function greedy(): Promise<{ prompt: string; text: string }[]> {
  const { config, tokenizer } = policy;
  const { maxPromptTokens: promptTime, maxCompletionTokens: completionTime } = settings.config;
  const prompts = heldOut.slice(0, PROMPTS).map(({ prompt }) => prompt);
  const shape = { prompts: prompts.length, group: 1, promptTime, completionTime };
  const { ids } = buildGenerate({ config }, { ...shape, mode: 'greedy', chunk: 16 });
  const program = await runtime.compile({ ids });
  const feeds = promptFeeds(
    prompts.map((prompt) => tokenizer.encode(prompt)),
    promptTime,
    config.padId,
  );
  const { values } = await program.run({
    ...tensorsOf(policy),
    ...(feeds as Record<string, HostArray>),
    inverseTemperature: Float32Array.of(1),
  });
  await program.release();
  return prompts.map((prompt, i) => {
    const row = Array.from(values['ids']!.subarray(i * completionTime, (i + 1) * completionTime));
    const end = row.findIndex((id) => config.endIds.includes(id));
    return { prompt, text: tokenizer.decode(end < 0 ? row : row.slice(0, end)) };
  });
}

interface Scored {
  readonly text: string;
  readonly ids: readonly number[];
  readonly score: number;
}

/** Raw scores of reasonings. */
async function scores({ config, weights, tokenizer, beside }: RewardModel): Promise<Scored[]> {
  const texts = [
    ...new Set(
      rollouts.flatMap(({ row, reasoning }) =>
        reasoning === null ? [] : [reasoningText(row.prompt, reasoning)],
      ),
    ),
  ].slice(0, SCORED);
  const shape = specOf({ config, trained: beside?.lora ?? 'all' });
  const scorer = new Scorer(new LocalHost(runtime, buildProgram), shape);
  await scorer.load(freshState(weights));
  if (beside)
    await scorer.loadFrozen(unpackWeights(parameterLayout(beside.base.config), beside.base.weights));
  const ids = texts.map((text) => tokenizer.encode(text));
  const all = await scorer.score(ids, 16);
  await scorer.dispose();
  return texts.map((text, i) => ({ text, ids: ids[i]!, score: all[i]! }));
}

/** The reward model that was trained as an adapter beside the starter. */
async function adapted(): Promise<RewardModel> {
  const starter = localModel(await findModel(join(import.meta.dirname, '../public/starter/policy')));
  return readRewardBeside(localModel(await findReward(adapter)), site, () => readPolicy(starter, site));
}

/** Answers with whether they can be read, and are those that were asked for; null where nothing was asked for. */
const answers = () =>
  statedAnswers(ANSWERS, 12).map((stated) => {
    const { given, expected, units, tolerance } = stated;
    const [wanted, got] = [readAnswer(expected, units), readAnswer(given, units)];
    const allowed = tolerance === null ? null : numberOf(readExpression(tolerance)!);
    const same = wanted === null ? null : got !== null && sameAnswer(got, wanted, allowed);
    return { ...stated, same, read: got !== null };
  });

/** Pairs of values with whether they are the same, as a test may ask. */
function values() {
  const compare = fc.record(
    {
      types: fc.constantFrom('exact', 'equal', 'json'),
      tolerance: fc.constantFrom({ absolute: 0.5 }, { relative: 0.01 }, { absolute: 1e-6, relative: 1e-9 }),
      as: fc.constantFrom('sequence', 'unordered', 'set', 'truth'),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Comparison>;
  return fc
    .sample(fc.tuple(similarPythonPair, compare), { numRuns: VALUES, seed: 13 })
    .map(([[got, expected], how]) => ({ got, expected, compare: how, same: matches(got, expected, how) }));
}

mkdirSync(out, { recursive: true });
save('unicode', unicodeTexts());
save('logits', await logitsOf(policy, sequences));
save('greedy', await greedy());
save('scores', await scores(reward));
save('adapter', await scores(await adapted()));
save('answers', answers());
save('values', values());
save('rollouts', rollouts);
save('maths', recordedRollouts(mathsExport, mathsRun));
