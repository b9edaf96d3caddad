import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readChat } from '../model/sources/chat.ts';
import { filesSource } from '../model/sources/files.ts';
import type { LoadedCheckpoint } from '../store/index.ts';
import { importedSource, importModel } from './imported-models.ts';

/** The site's policy as somebody's own, with further files. */
async function sourceWith(files: Readonly<Record<string, string>>) {
  const own = async (path: string) => new Blob([await readFile(`public/starter/${path}`)]);
  return filesSource({
    name: 'mine',
    files: new Map([
      ['config.json', await own('policy/config.json')],
      ['model.safetensors', await own('policy/model.safetensors')],
      ['tokenizer.json', await own('tokenizer.json')],
      ...Object.entries(files).map(([name, text]) => [name, new Blob([text])] as const),
    ]),
  });
}

/** What was kept of it. */
async function kept(files: Readonly<Record<string, string>>): Promise<LoadedCheckpoint> {
  let saved: unknown = null;
  const store = { saveCheckpoint: async (_: string, checkpoint: unknown) => void (saved = checkpoint) };
  await importModel(store as never, await sourceWith(files), { name: 'mine', licence: null });
  return saved as LoadedCheckpoint;
}

const CONFIG = JSON.stringify({ eos_token: { content: '<|end|>' }, chat_template: 'in the configuration' });

describe('an imported model', () => {
  it('keeps its chat template, and its special tokens', async () => {
    expect(await readChat(importedSource(await kept({ 'tokenizer_config.json': CONFIG })))).toEqual({
      template: 'in the configuration',
      specialTokens: { eos_token: '<|end|>' },
    });
    const both = await kept({ 'tokenizer_config.json': CONFIG, 'chat_template.jinja': '{{ messages }}\n' });
    expect((await readChat(importedSource(both)))?.template).toBe('{{ messages }}\n');
  });

  it('has none where it brought none', async () => {
    const { parts } = await kept({});
    expect(Object.keys(parts)).not.toContain('tokenizer_config.json');
    expect(await readChat(importedSource({ parts } as LoadedCheckpoint))).toBeNull();
  });

  it('is refused with a template that is none, by the name of the file', async () => {
    await expect(kept({ 'tokenizer_config.json': '{"chat_template": 1}' })).rejects.toThrow(
      /tokenizer_config\.json cannot be used: chat_template must be a text/,
    );
  });
});
