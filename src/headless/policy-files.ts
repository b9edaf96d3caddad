/** A trained policy as files that another run can start from. */
import { adapterFiles } from '../model/adapter.ts';
import { toTokenizerConfig } from '../model/chat-template.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { jsonFile, modelFiles, type NamedFile } from '../model/hugging-face.ts';
import { mergedWeights } from '../model/merge.ts';
import { isLarge } from '../model/parameters.ts';
import { loraOf } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import type { BundledModels } from '../workspace/bundled.ts';
import type { ModelWithVocabulary } from '../workspace/run-models.ts';

/**
 * Its weights, with its vocabulary where that is not the site's; with LoRA the adapter comes too.
 * @param large whether a large model is written once more, merged, beside the folder that it came from
 */
export async function policyFiles(
  config: TrainConfig,
  { config: shape, weights: base, tokenizerJson, chat }: ModelWithVocabulary,
  trained: Float32Array,
  site: BundledModels,
  large: 'merged' | 'adapter alone' = 'adapter alone',
): Promise<NamedFile[]> {
  const lora = loraOf(config);
  const adapter =
    lora === null
      ? []
      : adapterFiles(
          'adapter',
          shape,
          { lora, base: null, revision: null },
          trained,
          await hashWeights(base),
        );
  if (isLarge(shape) && large === 'adapter alone') return adapter;
  const weights = lora === null ? trained : mergedWeights(shape, lora, base, trained);
  return [
    ...adapter,
    ...modelFiles('policy', shape, weights, { recipe: JSON.stringify(config) }),
    ...(tokenizerJson === site.tokenizerJson ? [] : [jsonFile('policy/tokenizer.json', tokenizerJson)]),
    ...(chat === null ? [] : [jsonFile('policy/tokenizer_config.json', toTokenizerConfig(chat), 2)]),
  ];
}
