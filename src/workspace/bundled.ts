/** The models that come with the site, read whole. */
import { bundledModel } from '../model/sources/bundled.ts';
import { type LoadedModel, type ModelSource, readModel } from '../model/sources/source.ts';
import { parseScalingFile, type ScalingFile } from '../rl/scaling.ts';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer/index.ts';

export interface BundledModels {
  readonly tokenizerJson: unknown;
  readonly tokenizer: Tokenizer;
  readonly policy: LoadedModel;
  readonly reward: LoadedModel;
  /** How the reward model's scores become R_t. */
  readonly scaling: ScalingFile;
}

async function readPart<T>(source: ModelSource, file: string, parse: (json: unknown) => T): Promise<T> {
  const json = await source.json(file);
  try {
    return parse(json);
  } catch (cause) {
    throw source.unusable(file, cause);
  }
}

/** Those of one folder. @throws AssetError for a file of the site that is missing or damaged */
export async function readBundledModels(folder: string): Promise<BundledModels> {
  const [policySource, rewardSource] = [bundledModel(folder, 'policy'), bundledModel(folder, 'reward')];
  const [vocabulary, policy, reward, scaling] = await Promise.all([
    readPart(policySource, 'tokenizer.json', (json) => ({
      tokenizerJson: json,
      tokenizer: loadTokenizer(json),
    })),
    readModel(policySource),
    readModel(rewardSource),
    readPart(rewardSource, 'scaling.json', parseScalingFile),
  ]);
  return { ...vocabulary, policy, reward, scaling };
}
