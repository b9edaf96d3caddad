/** One model as the files that transformers loads. */
import type { ChatFormat } from '../model/chat-template.ts';
import { type ModelConfig, toHuggingFaceConfig } from '../model/config.ts';
import { jsonFile, modelFiles, type NamedFile } from '../model/hugging-face.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import type { ScalingFile } from '../rl/scaling.ts';
import type { FullConfig } from '../rl/types.ts';
import { tokenizerFiles } from './tokenizer.ts';

export interface ExportedModel extends LoadedModel {
  readonly tokenizerJson: unknown;
  /** How it wants messages written; null where it has no chat template of its own. */
  readonly chat: ChatFormat | null;
}

export interface ModelExport extends ExportedModel {
  /** What stands in the header of the weights. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How a policy was sampled. */
  readonly sampling: Pick<FullConfig, 'temperature' | 'topK' | 'topP' | 'maxCompletionTokens'>;
  /** How a reward model's score becomes R_t, where that is known. */
  readonly scaling: ScalingFile | null;
}

/** Configuration, weights and tokenizer; for a policy how it was sampled, for a reward model its scaling. @throws TokenizerError */
export function modelFolder(folder: string, model: ModelExport): NamedFile[] {
  const { config, weights, metadata, tokenizerJson, chat, sampling, scaling } = model;
  return [
    ...modelFiles(folder, config, weights, metadata),
    ...tokenizerFiles(folder, tokenizerJson, config, chat),
    ...(config.head === 'causal' ? [generationFile(folder, config, sampling)] : []),
    ...(scaling ? [jsonFile(`${folder}/scaling.json`, scaling, 2)] : []),
  ];
}

function generationFile(folder: string, config: ModelConfig, sampling: ModelExport['sampling']): NamedFile {
  const { eos_token_id, pad_token_id } = toHuggingFaceConfig(config);
  return jsonFile(
    `${folder}/generation_config.json`,
    {
      do_sample: true,
      temperature: sampling.temperature,
      // transformers has a top-k of 50 where none is given.
      top_k: sampling.topK,
      top_p: sampling.topP,
      max_new_tokens: sampling.maxCompletionTokens,
      eos_token_id,
      pad_token_id,
    },
    2,
  );
}
