/** The comparison on a pretrained model: every engine shows that it computes the same, then they take turns. */
import type { Tokenizer } from '../../src/model/tokenizer/index.ts';
import { initialTokens, sameText } from './agreement.ts';
import { interleave, largestRelativeDifference, median } from '../statistics.ts';
import { BATCHES, PROMPT_TOKENS, promptsOf, trainingBatch } from './workload.ts';
import {
  type Completion,
  ENGINES,
  type EngineName,
  type Generated,
  type ModelFiles,
  type ModelsAutomation,
  type TrainedStep,
  type TrainingBatch,
} from './types.ts';

/** The engines do not compute the same, so that their times would mean nothing. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
}

export type Progress = (activity: string, done: number, total: number) => void;

export interface PeerValue {
  readonly name: string;
  readonly value: number;
  /** How many times faster ours is; below 1 where the peer is. */
  readonly ratio: number;
  readonly samples: readonly number[];
}

/** One measurement: medians of `unit`, ours beside each peer's. */
export interface ModelsRow {
  readonly name: string;
  readonly unit: 'tokens/s' | 's';
  readonly ours: number;
  readonly samples: readonly number[];
  readonly peers: readonly PeerValue[];
}

export interface ModelsReport {
  readonly environment: Readonly<Record<string, string | number>>;
  readonly rows: readonly ModelsRow[];
}

/** Mean share of a completion up to the first token that is another. */
const LEAST_AGREEMENT: Readonly<Record<Exclude<EngineName, 'ours'>, number>> = {
  // The same float32 weights: only rounding differs.
  'transformers.js': 0.9,
  // Computes with weights and activations of few bits, and goes other ways where two tokens are close.
  wllama: 0.1,
};

export interface GenerationSetting {
  readonly files: ModelFiles;
  readonly tokenizer: Pick<Tokenizer, 'encode' | 'decode'>;
  /** Written for each prompt. */
  readonly newTokens: number;
  readonly threads: number;
  readonly rounds: number;
}

/** @throws DisagreementError */
export async function measureGeneration(
  page: ModelsAutomation,
  { files, tokenizer, newTokens, threads, rounds }: GenerationSetting,
  progress: Progress,
): Promise<ModelsReport> {
  const environment: Record<string, string> = {};
  const warmUps = new Map<EngineName, number>();
  for (const engine of ENGINES) {
    progress(`opening ${engine}`, 0, 1);
    const opened = await page.openEngine({ engine, files, threads });
    environment[engine] = opened.about;
    warmUps.set(engine, opened.warmUps);
  }
  const rows: ModelsRow[] = [];
  for (const batch of BATCHES) {
    const prompts = promptsOf(tokenizer, batch);
    const title = `generation, ${batch} × ${newTokens} tokens after ${PROMPT_TOKENS}`;
    const generate = (engine: EngineName) => page.generateWith({ engine, prompts, newTokens });
    const last = new Map<EngineName, Generated>();
    for (const engine of ENGINES) {
      // A single prompt is not shared out, so that nothing has to be found out.
      const calls = batch === 1 ? 1 : warmUps.get(engine)!;
      for (let i = 0; i < calls; i++) {
        progress(`${title}: warming up ${engine}`, i, calls);
        last.set(engine, await generate(engine));
      }
    }
    const ours = last.get('ours')!.completions as readonly (readonly number[])[];
    for (const engine of ENGINES) {
      if (engine === 'ours') continue;
      const { completions, how } = last.get(engine)!;
      environment[`${engine}, batch ${batch}`] =
        `${(100 * checked(engine, ours, completions, tokenizer.decode)).toFixed(1)} % of each completion is ours until the first other token${how ? `; ${how}` : ''}`;
    }
    let round = 0;
    const times = await interleave(
      ENGINES.map((engine) => () => generate(engine)),
      rounds,
      () => progress(title, ++round, rounds),
    );
    rows.push(toRow(title, 'tokens/s', ENGINES, times, (ms) => (1000 * batch * newTokens) / ms));
  }
  for (const engine of ENGINES) if (engine !== 'ours') await page.closeEngine({ engine });
  return { environment, rows };
}

/** How far a peer's completions are ours, on average. @throws DisagreementError */
function checked(
  engine: Exclude<EngineName, 'ours'>,
  ours: readonly (readonly number[])[],
  theirs: readonly Completion[],
  decode: Tokenizer['decode'],
): number {
  const shares = ours.map((own, i) => {
    const other = theirs[i] ?? [];
    return (
      (typeof other === 'string' ? sameText(own, other, decode) : initialTokens(own, other)) / own.length
    );
  });
  const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
  if (theirs.length === ours.length && mean >= LEAST_AGREEMENT[engine]) return mean;
  const other = theirs[0] ?? [];
  throw new DisagreementError(
    `${engine} does not compute what we do: only ${(100 * mean).toFixed(1)} % of each completion is the same until the first other token. Ours begins ${JSON.stringify(decode(ours[0]!))}, and it ${JSON.stringify(typeof other === 'string' ? other : decode(other))}. Nothing was measured.`,
  );
}

/** PyTorch in a process of its own. */
export interface Torch {
  /** Versions, in words. */
  readonly about: string;
  readonly ways: readonly string[];
  step(way: string): Promise<Omit<TrainedStep, 'ms'> & { readonly seconds: number }>;
}

export interface TrainingSetting {
  readonly files: ModelFiles;
  readonly vocabulary: number;
  readonly threads: number;
  readonly rounds: number;
  readonly openTorch: (batch: TrainingBatch, oldLogprobs: readonly (readonly number[])[]) => Promise<Torch>;
}

/** Steps of which losses and gradient norms must be the same: from the second on they tell of gradients and optimizer, too. */
const CHECKED_STEPS = 3;
const TOLERANCE = 5e-3;

/** Our engine is opened where it is not open. @throws DisagreementError */
export async function measureTraining(
  page: ModelsAutomation,
  { files, vocabulary, threads, rounds, openTorch }: TrainingSetting,
  progress: Progress,
): Promise<ModelsReport> {
  const batch = trainingBatch(vocabulary);
  progress('opening the training', 0, 1);
  const { about, warmUps } = await page.openEngine({ engine: 'ours', files, threads });
  const { oldLogprobs } = await page.openTraining({ batch });
  const own: TrainedStep[] = [];
  for (let i = 0; i < Math.max(warmUps, CHECKED_STEPS); i++) {
    progress('training step: warming up ours', i, warmUps);
    own.push(await page.trainStep({}));
  }
  const torch = await openTorch(batch, oldLogprobs);
  for (const way of torch.ways) {
    const theirs: Awaited<ReturnType<Torch['step']>>[] = [];
    for (let i = 0; i < CHECKED_STEPS; i++) {
      progress(`training step: warming up PyTorch, ${way}`, i, CHECKED_STEPS);
      theirs.push(await torch.step(way));
    }
    checkSteps(own.slice(0, CHECKED_STEPS), theirs, way);
  }
  let round = 0;
  const names = ['ours', ...torch.ways.map((way) => `PyTorch, ${way}`)];
  const title = `training step, ${batch.prompt.length} + ${batch.completions.length} × ${batch.completions[0]!.length} tokens, LoRA`;
  const times = await interleave(
    [() => page.trainStep({}), ...torch.ways.map((way) => () => torch.step(way))],
    rounds,
    () => progress(title, ++round, rounds),
  );
  return {
    environment: { ours: about, PyTorch: torch.about },
    rows: [toRow(title, 's', names, times, (ms) => ms / 1000)],
  };
}

function checkSteps(
  ours: readonly Omit<TrainedStep, 'ms'>[],
  theirs: readonly Omit<TrainedStep, 'ms'>[],
  way: string,
): void {
  for (const name of ['loss', 'gradNorm'] as const) {
    const [own, other] = [ours, theirs].map((steps) => steps.map((step) => step[name])) as [
      number[],
      number[],
    ];
    // The first loss is the mean advantage, 0 but for rounding, whatever the model.
    const from = name === 'loss' ? 1 : 0;
    const difference = largestRelativeDifference(own.slice(from), other.slice(from));
    if (!(difference <= TOLERANCE))
      throw new DisagreementError(
        `PyTorch (${way}) does not learn what we do: ${name} of the first steps ${other.join(', ')}, ours ${own.join(', ')}. Nothing was measured.`,
      );
  }
}

/** @param times ms, ours first */
export function toRow(
  name: string,
  unit: ModelsRow['unit'],
  names: readonly string[],
  times: readonly (readonly number[])[],
  convert: (ms: number) => number,
): ModelsRow {
  const valuesOf = (ms: readonly number[]) => ({ value: convert(median(ms)), samples: ms.map(convert) });
  const [own = [], ...others] = times;
  const { value: ours, samples } = valuesOf(own);
  return {
    name,
    unit,
    ours,
    samples,
    peers: others.map((ms, i) => ({
      name: names[i + 1]!,
      ...valuesOf(ms),
      ratio: median(ms) / median(own),
    })),
  };
}
