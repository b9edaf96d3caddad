/** The policy of a stored run that is not of the site's shape or vocabulary. */
import { readChatFormat } from '../model/chat-template.ts';
import { parseModelConfig } from '../model/config.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import type { Store } from '../store/index.ts';
import { type BaseModel, parseBase } from './base-models.ts';
import type { ModelWithVocabulary } from './run-models.ts';

/** Its weights are those of the run's checkpoints: here it has none. */
export interface StoredPolicy extends ModelWithVocabulary {
  /** With LoRA: where the model is that the factors of the checkpoints stand beside. */
  readonly base: BaseModel | null;
}

/** @returns null where it is of the site's. @throws ModelConfigError, TokenizerError, ChatTemplateError */
export async function storedPolicy(
  store: Pick<Store, 'runPolicy'>,
  runId: string,
): Promise<StoredPolicy | null> {
  const stored = await store.runPolicy(runId);
  if (!stored) return null;
  const config = parseModelConfig(stored.config);
  const { tokenizer: tokenizerJson, tokenizerConfig = null, base } = stored;
  return {
    config,
    tokenizerJson,
    tokenizer: loadTokenizer(tokenizerJson, config),
    weights: new Float32Array(),
    chat: readChatFormat(tokenizerConfig),
    base: parseBase(base),
  };
}
