import { join, resolve } from 'node:path';
import { LORA_TARGETS, type LoraConfig } from '../../src/model/lora.ts';
import { RECIPES, type RewardRecipe } from '../../src/reward/recipe.ts';
import type { Objective } from '../../src/reward/train.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { checkReadable } from '../files.ts';
import { asInputError, findStart } from '../model-folder.ts';
import { parseOptionsOnly, type OptionValues } from '../options.ts';
import { duration } from '../progress.ts';
import { withProgress } from '../with-progress.ts';
import { skippedLines } from './reward-lines.ts';
import { SEED_OPTION, fileOption, folderOption } from '../shared-options.ts';

const OPTIONS = {
  recipe: {
    kind: 'choice',
    choices: Object.keys(RECIPES) as (keyof typeof RECIPES)[],
    help: 'pairs and settings that the other options change',
    default: 'strong',
  },
  pairs: fileOption('JSON lines of pairs, in place of the recipe’s'),
  objective: {
    kind: 'choice',
    choices: ['pairs', 'mse', 'bce'],
    help: 'Bradley–Terry on pairs, or regression of a quality score by squared error or cross-entropy; default: the recipe’s',
  },
  from: {
    kind: 'choice',
    choices: ['policy', 'scratch'],
    help: 'start from a policy’s body or from random weights',
    default: 'policy',
  },
  policy: folderOption('folder of that policy (default: the starter)'),
  'lora-rank': {
    kind: 'integer',
    min: 1,
    max: 1024,
    help: 'train an adapter of this rank and a head beside the policy’s weights, which stay as they are',
  },
  'lora-alpha': { kind: 'text', value: 'X', help: 'of the adapter (default: twice the rank)' },
  seed: SEED_OPTION,
  steps: { kind: 'integer', min: 1, max: 1_000_000, help: 'updates at most' },
  batch: { kind: 'integer', min: 1, max: 4096, help: 'pairs per step, a multiple of the micro-batch' },
  'micro-batch': { kind: 'integer', min: 1, max: 4096, help: 'pairs that are computed at once (default 16)' },
  rate: { kind: 'text', value: 'X', help: 'peak learning rate' },
  margin: { kind: 'text', value: 'X', help: 'score difference that a pair must exceed' },
  centering: { kind: 'text', value: 'X', help: 'weight of (chosen + rejected)²' },
  dense: { kind: 'text', value: 'X', help: 'weight of comparing at every token from the first that differs' },
  'eval-every': { kind: 'integer', min: 0, max: 1_000_000, help: 'steps between evaluations; 0 for none' },
  patience: {
    kind: 'integer',
    min: 0,
    max: 1000,
    help: 'evaluations without gain before stopping; 0 never stops',
  },
  measured: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    help: 'held-out pairs at most that it is measured on at the end, and train pairs that its scores are calibrated by (default all)',
  },
  out: { kind: 'text', value: 'DIR', help: 'folder to write into', default: 'runs/reward-model' },
  json: { kind: 'flag', help: 'a line of metrics per step and a summary, as JSON lines on stdout' },
} as const;

export const rewardTrain: Command = {
  name: 'reward train',
  summary: 'train a reward model on optimized and degraded reasoning',
  usage: '[options]',
  description:
    'Trains on pairs (or on the qualities they stand for), evaluates on pairs of the held-out compositions and writes\n' +
    'reward/config.json, reward/model.safetensors, reward/scaling.json and tokenizer.json. Lines of --pairs that cannot\n' +
    'be used are named and skipped; a file without a usable pair is refused. Nothing is written unless training ended\n' +
    'well; a score that is not a number ends it.',
  options: OPTIONS,
  examples: [
    'reward train --out runs/reward-model',
    'reward train --objective mse --out runs/score-model --json',
    'reward train --pairs pairs.jsonl --eval-every 50 --patience 4',
  ],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { seed, from, out, json } = values;
    const recipe = recipeOf(values);
    if (values.pairs !== undefined) await checkReadable(values.pairs);
    const policy = await findStart({ policy: values.policy });
    const lora = loraOf(values);
    const result = await withProgress(terminal, { device: 'wasm', json }, async (call, exchange) => {
      const inbox = exchange.inbox(resolve(out));
      const trained = await call('rewardTrain', {
        seed,
        from,
        lora,
        measured: values.measured ?? null,
        recipe,
        pairs: values.pairs === undefined ? null : exchange.file(values.pairs),
        policy: policy && exchange.model(policy),
        upload: inbox.url,
      });
      await inbox.commit();
      return trained;
    }).catch(asInputError);
    for (const text of skippedLines(result.skipped)) terminal.log(text);
    const { files: _, ...summary } = result;
    const files = result.files.map((path) => join(out, path));
    if (json) terminal.out(JSON.stringify({ type: 'summary', ...summary, files }));
    else {
      for (const [name, value] of Object.entries(result.metrics))
        terminal.out(`${name.padEnd(36)}${value.toFixed(4)}`);
      const early = result.stoppedEarly ? ', stopped early' : '';
      terminal.out(
        `${result.steps} steps in ${duration(result.trainSeconds)}${early}; kept step ${result.keptStep}; ${files.join(', ')}`,
      );
    }
    return EXIT.ok;
  },
};

function loraOf({
  'lora-rank': rank,
  'lora-alpha': alpha,
  from,
}: OptionValues<typeof OPTIONS>): LoraConfig | null {
  if (rank === undefined) {
    if (alpha !== undefined) throw new UsageError('--lora-alpha belongs to --lora-rank.');
    return null;
  }
  if (from !== 'policy')
    throw new UsageError('--lora-rank trains beside the weights of a policy: leave --from out.');
  const given = number('lora-alpha', alpha, 0.01, 10_000);
  return { rank, alpha: given ?? 2 * rank, targets: LORA_TARGETS, rankStabilized: false };
}

function recipeOf(values: OptionValues<typeof OPTIONS>): RewardRecipe {
  const base = RECIPES[values.recipe];
  const { settings } = base;
  const batch = values.batch ?? settings.batch;
  const microBatch = values['micro-batch'] ?? settings.microBatch;
  if (batch % microBatch !== 0) throw new UsageError(`--batch is a multiple of ${microBatch}, not ${batch}.`);
  return {
    ...base,
    settings: {
      ...settings,
      batch,
      microBatch,
      objective: objectiveOf(values, settings.objective),
      steps: values.steps ?? settings.steps,
      learningRate: number('rate', values.rate, 0, 0.1) ?? settings.learningRate,
      evaluateEvery: values['eval-every'] ?? settings.evaluateEvery,
      patience: values.patience ?? settings.patience,
    },
  };
}

function objectiveOf(values: OptionValues<typeof OPTIONS>, base: Objective): Objective {
  const { objective = base.kind === 'pairs' ? 'pairs' : base.loss, margin, centering, dense } = values;
  if (objective !== 'pairs') {
    if (margin !== undefined || centering !== undefined || dense !== undefined)
      throw new UsageError('--margin, --centering and --dense belong to --objective pairs.');
    return { kind: 'scores', loss: objective };
  }
  const known = base.kind === 'pairs' ? base : { margin: 0, centering: 0.01, dense: 0 };
  return {
    kind: 'pairs',
    margin: number('margin', margin, 0, 100) ?? known.margin,
    centering: number('centering', centering, 0, 100) ?? known.centering,
    dense: number('dense', dense, 0, 100) ?? known.dense,
  };
}

function number(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} is a number from ${min} to ${max}, not “${text}”.`);
}
