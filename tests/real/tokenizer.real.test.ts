import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModel, localModel } from '../../cli/model-folder.ts';
import { realModelFolder } from '../../scripts/real-model-folder.mjs';
import { compileChatTemplate, type Message } from '../../src/model/chat-template.ts';
import { readChat } from '../../src/model/sources/chat.ts';
import { loadTokenizer } from '../../src/model/tokenizer/index.ts';
import { readRecord } from '../support/real-model.ts';

interface Recorded {
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    /** What transformers reads back, where the vocabulary lacks something of the text. */
    readonly decoded?: string;
  }[];
  readonly chats: readonly {
    readonly messages: readonly Message[];
    readonly text: string;
    readonly ids: readonly number[];
  }[];
}

const { file } = readRecord();
const recorded = JSON.parse(
  readFileSync(join(realModelFolder(), 'safetensors', 'tokenizer-ids.json'), 'utf8'),
) as Recorded;

describe.each([file, 'safetensors'])('the tokenizer of SmolLM2-135M-Instruct out of %s', (name) => {
  const open = async () => {
    const source = await localModel(await findModel(join(realModelFolder(), name)));
    const tokenizer = loadTokenizer(await source.tokenizer(), await source.config());
    return { tokenizer, chat: await readChat(source) };
  };

  it('gives the ids of transformers on 2,000 texts, and its texts of the ids', async () => {
    const { tokenizer } = await open();
    expect(recorded.texts.length).toBeGreaterThanOrEqual(2000);
    const different = recorded.texts.filter(
      ({ text, ids }) => String(tokenizer.encode(text)) !== String(ids),
    );
    expect(different.map(({ text, ids }) => ({ text, ids, ours: tokenizer.encode(text) }))).toEqual([]);
    for (const { text, ids, decoded = text } of recorded.texts) expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it('gives the ids of transformers on chats by the model’s template', async () => {
    const { tokenizer, chat } = await open();
    const render = compileChatTemplate(chat!);
    for (const { messages, text, ids } of recorded.chats) {
      const ours = render(messages, { addGenerationPrompt: true });
      expect(ours).toBe(text);
      expect(tokenizer.encode(ours)).toEqual(ids);
    }
  });
});
