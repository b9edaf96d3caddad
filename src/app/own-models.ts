/** Models that a command brings along, in place of the shipped ones. */
import type { StartWeights } from '../experiment/run.ts';
import { type ModelConfig, parseModelConfig } from '../model/config.ts';
import { packWeights, parameterLayout } from '../model/parameters.ts';
import { hashWeights } from '../reward/benchmark/build.ts';
import { parseScalingFile } from '../rl/scaling.ts';
import { RewardModelError } from '../reward/train.ts';
import { readShards } from '../store/safetensors.ts';
import { loadTokenizer, type Tokenizer } from '../tokenizer/index.ts';
import type { ModelFiles, TrainRequest } from './automation-types.ts';
import { fromBase64 } from './base64.ts';
import type { RunParts } from '../workspace/run-parts.ts';
import type { StarterModel } from '../workspace/starter.ts';

export function modelOf({ config: json, generation, weights }: ModelFiles): StarterModel {
  const config = parseModelConfig(json, generation);
  return { config, weights: packWeights(parameterLayout(config), readShards(weights.map(fromBase64))) };
}

/**
 * What a run starts from when it brings models of its own. They take the places of the shipped ones in workers that are
 * running already. @throws RewardModelError for a model of another shape or vocabulary
 */
export async function withOwnModels(
  { start, shapes, tokenizer }: Pick<RunParts, 'start' | 'shapes' | 'tokenizer'>,
  { policy, reward }: Pick<TrainRequest, 'policy' | 'reward'>,
): Promise<StartWeights> {
  const weightsOf = (files: ModelFiles, shape: ModelConfig, what: string): Float32Array => {
    const { config, weights } = modelOf(files);
    const other = (Object.keys(shape) as (keyof ModelConfig)[]).find(
      (key) => String(config[key]) !== String(shape[key]),
    );
    if (other !== undefined)
      throw new RewardModelError(
        `The ${what} has ${other} ${config[other]}, not ${shape[other]} as the starter’s. Nothing was trained: a run ` +
          'takes models of the starter’s shape, such as “policy train” and “reward train” make.',
      );
    if (files.tokenizer !== null && !sameVocabulary(loadTokenizer(files.tokenizer, shape), tokenizer))
      throw new RewardModelError(
        `The ${what} was made for another vocabulary than the starter’s, so its scores and texts would mean nothing. ` +
          'Nothing was trained: make it again with the starter’s tokenizer.json.',
      );
    return weights;
  };
  const own = policy === null ? start.policy : weightsOf(policy, shapes.policy, 'policy');
  if (reward === null) return { ...start, policy: own };
  const weights = weightsOf(reward, shapes.reward, 'reward model');
  return {
    policy: own,
    reward: weights,
    calibration: reward.scaling === null ? null : parseScalingFile(reward.scaling).calibration,
    rewardModel: { id: await hashWeights(weights), name: reward.name },
  };
}

function sameVocabulary(a: Tokenizer, b: Tokenizer): boolean {
  if (a.vocabSize !== b.vocabSize) return false;
  return Array.from({ length: a.vocabSize }, (_, id) => id).every((id) => a.tokenAt(id) === b.tokenAt(id));
}
