import type { Completion, SampleRequest } from '../../rl/policy.ts';
import { Random } from '../../random.ts';
import type { Task } from '../../domains/domain.ts';
import type { Tokenizer } from '../../model/tokenizer/index.ts';
import { fill, type PairTemplates } from './templates.ts';
import {
  type Dimension,
  DIMENSIONS,
  type DropReason,
  noDrops,
  type PairKind,
  type PairWriter,
  type PreferencePair,
} from './types.ts';
import { THINK_CLOSE, THINK_OPEN } from '../../model/tokenizer/special-tokens.ts';

/** Texts in, sampled continuations out, in order; `null` for one that did not end within its budget. */
export interface TextPort {
  complete(
    prompts: readonly string[],
    seed: number,
    round: number,
    purpose: string,
  ): Promise<(string | null)[]>;
}

export const POLICY_WRITER = 'policy';

/** Longest reasoning that is kept, in characters. */
const MAX_REASONING = 8_192;

const OPERATIONS: Readonly<Record<Dimension, string>> = {
  'factual accuracy': 'rewritten-facts',
  'logical rigor': 'rewritten-rigor',
  'logical coherence': 'rewritten-coherence',
};

const KINDS = [
  ['optimized>degraded', 'optimized', 'degraded'],
  ['optimized>original', 'optimized', 'original'],
  ['original>degraded', 'original', 'degraded'],
] as const satisfies readonly (readonly [PairKind, string, string])[];

/** Texts that the pairs of one dimension are made of. */
const SIDES = 3;

/** Dimensions in which so many pairs of a task are written, each with all kinds. */
const dimensionsFor = (perTask: number): number =>
  Math.min(DIMENSIONS.length, Math.ceil(perTask / KINDS.length));

/** A reasoning, or why there is none. */
type Side = { readonly text: string } | { readonly dropped: DropReason };

interface Job {
  readonly task: Task;
  readonly dimension: Dimension;
}

/**
 * Lets a policy write the pairs, for tasks whose plan is not known (arXiv 2508.05170): a base reasoning for each, from it
 * an optimized and a degraded one along a dimension, and from these the three pairs. A side that is missing, empty or
 * over-long loses its pairs, and so does a pair of equal texts; all are counted.
 */
export function policyWriter(port: TextPort, templates: PairTemplates): PairWriter<Task> {
  return {
    name: POLICY_WRITER,
    async write({ tasks, perTask, seed, round }, signal) {
      const random = new Random(seed, round, 'pair dimensions');
      const jobs = tasks.flatMap((task): Job[] =>
        random
          .shuffle(DIMENSIONS)
          .slice(0, dimensionsFor(perTask))
          .map((dimension) => ({ task, dimension })),
      );
      const ask = async (name: keyof PairTemplates, base: readonly Side[]): Promise<Side[]> => {
        signal?.throwIfAborted();
        const prompts = jobs.map(({ task, dimension }, i) => {
          const side = base[i];
          const reasoning = side !== undefined && 'text' in side ? side.text : '';
          return fill(templates[name], { task: task.prompt, dimension, reasoning });
        });
        return (await port.complete(prompts, seed, round, `pairs ${name}`)).map(sideOf);
      };
      const original = await ask('base', []);
      const optimized = await ask('optimized', original);
      const degraded = await ask('degraded', original);
      const pairs: PreferencePair[] = [];
      const dropped = noDrops();
      jobs.forEach((job, i) => {
        const sides = { optimized: optimized[i]!, original: original[i]!, degraded: degraded[i]! };
        for (const [kind, better, worse] of KINDS) {
          const made = pairOf(job, kind, sides[better], sides[worse]);
          if (typeof made === 'string') dropped[made]++;
          else pairs.push(made);
        }
      });
      return { pairs, dropped };
    },
  };
}

/** The text inside the one thinking block; a model that writes no tags has its whole answer taken. */
function sideOf(completion: string | null): Side {
  if (completion === null) return { dropped: 'too-long' };
  const tags = completion.match(/<\/?(?:think|answer)>/g) ?? [];
  const opened = completion.indexOf(THINK_OPEN);
  const closed = completion.indexOf(THINK_CLOSE);
  const counted = (tag: string): number => tags.filter((found) => found === tag).length;
  if (tags.length > 0 && (counted(THINK_OPEN) !== 1 || counted(THINK_CLOSE) !== 1 || closed < opened))
    return { dropped: 'malformed' };
  const text = (tags.length > 0 ? completion.slice(opened + THINK_OPEN.length, closed) : completion).trim();
  if (text === '') return { dropped: 'empty' };
  return text.length > MAX_REASONING ? { dropped: 'too-long' } : { text };
}

function pairOf(
  { task, dimension }: Job,
  kind: PairKind,
  better: Side,
  worse: Side,
): PreferencePair | DropReason {
  if ('dropped' in better) return better.dropped;
  if ('dropped' in worse) return worse.dropped;
  if (better.text === worse.text) return 'no-change';
  return {
    prompt: task.prompt,
    chosen: better.text,
    rejected: worse.text,
    taskId: task.id,
    family: task.family,
    dimension,
    kind,
    operation: OPERATIONS[dimension],
    writer: POLICY_WRITER,
  };
}

type WritingSettings = Pick<
  SampleRequest,
  'maxPromptTokens' | 'maxCompletionTokens' | 'temperature' | 'microBatch'
>;

/** For a policy that reads so many positions: the lengths of the starter runs, a little wider. */
const USUAL = { maxPositions: 256, maxPromptTokens: 160, maxCompletionTokens: 88, microBatch: 48 };
/** Times the usual lengths, at most. */
const LONGEST = 4;

/** Micro-batches asked for at once: enough for several engines, few enough to show progress. */
const PART = 4;

/** How a policy is sampled when it writes; one that reads more gets longer texts, fewer at a time. */
export function writingSettings(maxPositions: number): WritingSettings {
  const scale = Math.min(LONGEST, maxPositions / USUAL.maxPositions);
  return {
    maxPromptTokens: Math.floor(USUAL.maxPromptTokens * scale),
    maxCompletionTokens: Math.floor(USUAL.maxCompletionTokens * scale),
    temperature: 1,
    microBatch: Math.floor(USUAL.microBatch / Math.max(1, scale)),
  };
}

/** Prompts are padded to a multiple of the usual length: short ones cost no more than they must, and few shapes serve all. */
const roomFor = (longest: number, most: number): number =>
  Math.min(most, Math.max(1, Math.ceil(longest / USUAL.maxPromptTokens)) * USUAL.maxPromptTokens);

/** Texts that a policy writes at most for so many tasks: a base, a better and a worse one for each dimension of each. */
export const textsFor = (
  tasks: number,
  { perTask, rounds = 1 }: { readonly perTask: number; readonly rounds?: number },
): number => tasks * dimensionsFor(perTask) * SIDES * rounds;

/**
 * A policy, sampled at a temperature, as a {@link TextPort}; a prompt that is too long for it counts as unended.
 * @param wrote hears of each part: texts that were written or given up
 */
export function policyText(
  policy: { sample(request: SampleRequest): Promise<Completion[]> },
  tokenizer: Pick<Tokenizer, 'encode' | 'decode'>,
  settings: WritingSettings,
  wrote: (texts: number) => void = () => {},
): TextPort {
  return {
    async complete(prompts, seed, round, purpose) {
      const ids = prompts.map((prompt) => tokenizer.encode(prompt));
      const fitting = ids.flatMap((prompt, i) => (prompt.length <= settings.maxPromptTokens ? [i] : []));
      const texts: (string | null)[] = prompts.map(() => null);
      wrote(prompts.length - fitting.length);
      const room = roomFor(Math.max(0, ...fitting.map((i) => ids[i]!.length)), settings.maxPromptTokens);
      const size = PART * settings.microBatch;
      for (let skipped = 0; skipped < fitting.length; skipped += size) {
        const part = fitting.slice(skipped, skipped + size);
        const completions = await policy.sample({
          ...settings,
          maxPromptTokens: room,
          prompts: part.map((i) => ids[i]!),
          group: 1,
          seed,
          step: round,
          purpose,
          skipped,
        });
        part.forEach((i, row) => {
          const { tokens, truncated } = completions[row]!;
          texts[i] = truncated ? null : tokenizer.decode(tokens.slice(0, -1));
        });
        wrote(part.length);
      }
      return texts;
    },
  };
}
