/** The chat template that a model brings along. */
import { type ChatFormat, readChatFormat } from '../chat-template.ts';
import type { ModelSource } from './source.ts';

/** @returns null where the model has none. @throws what the source makes of a ChatTemplateError */
export async function readChat(source: Pick<ModelSource, 'json' | 'unusable'>): Promise<ChatFormat | null> {
  const [config, jinja] = [
    await source.json('tokenizer_config.json'),
    await source.json('chat_template.jinja'),
  ];
  try {
    return readChatFormat(config, jinja);
  } catch (cause) {
    throw source.unusable('tokenizer_config.json', cause);
  }
}
