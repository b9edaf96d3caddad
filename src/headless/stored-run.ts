/** A run in the store of the command line's profile, at its last checkpoint. */
import { mergedWeights } from '../model/merge.ts';
import { parameterLayout } from '../model/parameters.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { loraOf } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import { OtherBaseError, storedBase } from '../run/training.ts';
import { type ModelWithVocabulary, RunModelError } from '../workspace/run-models.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { policyFiles } from './policy-files.ts';
import type { RunPolicyRequest } from './requests.ts';
import { policyOf, sendFiles } from './served.ts';

interface Trained {
  readonly config: TrainConfig;
  /** The weights, or with LoRA the factors beside those that the run started from. */
  readonly parameters: Float32Array;
}

/**
 * What a run has trained so far.
 * @param policy that it started from
 * @throws RunModelError where nothing is saved, or it started from another policy; OtherBaseError
 */
async function trainedIn(
  workspace: Workspace,
  run: string,
  { config: shape, weights }: ModelWithVocabulary,
): Promise<Trained> {
  const store = await workspace.store.get();
  const checkpoint = await store.loadCheckpoint(run);
  const parameters = checkpoint?.parts['parameters'];
  if (!(parameters instanceof Float32Array))
    throw new RunModelError('The run has saved no weights yet. Let it train further, and ask again.');
  const config = checkpoint!.meta['config'] as TrainConfig;
  if (loraOf(config) !== null) {
    if ((await hashWeights(weights)) !== storedBase(checkpoint!)) throw new OtherBaseError();
    return { config, parameters };
  }
  if (parameters.length !== parameterLayout(shape).size)
    throw new RunModelError(
      `The run’s policy has ${parameters.length} weights, the model it should have started from ${parameterLayout(shape).size}. ` +
        'Nothing was changed: put the policy that the run started from back into its folder.',
    );
  return { config, parameters };
}

/** Its weights, with what LoRA trained in them. @throws as {@link trainedIn} */
export async function weightsOfRun(
  workspace: Workspace,
  run: string,
  policy: ModelWithVocabulary,
): Promise<Float32Array> {
  const { config, parameters } = await trainedIn(workspace, run, policy);
  const lora = loraOf(config);
  return lora === null ? parameters : mergedWeights(policy.config, lora, policy.weights, parameters);
}

/** Hands its policy over as files, a large one merged, too. @throws as {@link trainedIn} */
export async function sendPolicyOfRun(
  workspace: Workspace,
  { run, model, config, upload }: RunPolicyRequest,
): Promise<void> {
  const site = await workspace.bundled(config);
  const policy = await policyOf(model, site);
  const trained = await trainedIn(workspace, run, policy);
  await sendFiles(upload, await policyFiles(trained.config, policy, trained.parameters, site, 'merged'));
}
