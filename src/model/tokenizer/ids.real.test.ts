/** The real model's tokenizer against transformers. `scripts/real/tokenizer_ids.py FOLDER` records what this compares with. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileChatTemplate, type Message, readChatFormat } from '../chat-template.ts';
import { loadTokenizer } from './index.ts';

const FOLDER = process.env.POSTERIOR_REAL_MODEL ?? join(homedir(), '.cache/posterior/real-model');
const RECORDED = join(FOLDER, 'tokenizer-ids.json');

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

const json = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as unknown;

describe.skipIf(!existsSync(RECORDED))('the tokenizer of the real model', () => {
  const open = () => ({
    tokenizer: loadTokenizer(json('tokenizer.json')),
    recorded: json('tokenizer-ids.json') as Recorded,
  });

  it('gives the ids of transformers on 2,000 texts, and its texts of the ids', () => {
    const { tokenizer, recorded } = open();
    expect(recorded.texts.length).toBeGreaterThanOrEqual(2000);
    const different = recorded.texts.filter(
      ({ text, ids }) => String(tokenizer.encode(text)) !== String(ids),
    );
    expect(different.map(({ text, ids }) => ({ text, ids, ours: tokenizer.encode(text) }))).toEqual([]);
    for (const { text, ids, decoded = text } of recorded.texts) expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it('gives the ids of transformers on chats by the model’s template', () => {
    const { tokenizer, recorded } = open();
    const jinja = join(FOLDER, 'chat_template.jinja');
    const format = readChatFormat(
      json('tokenizer_config.json'),
      existsSync(jinja) ? readFileSync(jinja, 'utf8') : null,
    );
    const render = compileChatTemplate(format!);
    for (const { messages, text, ids } of recorded.chats) {
      const ours = render(messages, { addGenerationPrompt: true });
      expect(ours).toBe(text);
      expect(tokenizer.encode(ours)).toEqual(ids);
    }
  });
});
