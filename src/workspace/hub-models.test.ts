import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { HubModel } from '../model/sources/hub.ts';
import { readModel } from '../model/sources/source.ts';
import type { KeptModel } from '../store/model-files.ts';
import { checkHubModel, hubModelSource, listHubModels } from './hub-models.ts';

const COMMIT = 'c'.repeat(40);
const WEIGHTS = 'model.safetensors';
const HASH = 'c1b5cab9d4e21fba81a4efd2e69ae3f851a7fbaf';

const about: HubModel = {
  id: 'someone/tiny',
  commit: COMMIT,
  address: 'https://huggingface.co/someone/tiny',
  files: [{ name: WEIGHTS, sizeBytes: 80_272, hash: HASH, hashKind: 'git' }],
  sizeBytes: 80_272,
  weights: [WEIGHTS],
  licence: null,
  baseModels: [],
  architecture: 'LlamaForCausalLM',
  parameters: 20_000,
  unusable: null,
};

/** Files as the browser keeps them, from a folder. */
function kept(more: Partial<KeptModel> = {}, changed: Readonly<Record<string, string>> = {}) {
  const record: KeptModel = {
    key: COMMIT,
    created: 1,
    files: [...about.files],
    about,
    whole: true,
    hereBytes: 80_272,
    ownBytes: 80_272,
    ...more,
  };
  return {
    list: async () => [record],
    file: async (_: unknown, name: string) => {
      const content =
        changed[name] ?? (await readFile(`tests/fixtures/llama_tiny/${name}`).catch(() => null));
      return content === null ? null : new File([content], name);
    },
  };
}

describe('a model of the hub that is kept', () => {
  it('is read as any other', async () => {
    const source = await hubModelSource(kept(), COMMIT);
    const { config, weights } = await readModel(source);
    expect(config.family).toBe('llama');
    expect(weights.length).toBeGreaterThan(10_000);
    expect(await source.tokenizer()).toBeNull();
  });

  it.each([
    [kept({ whole: false }), COMMIT, /someone\/tiny is not here as a whole.*go on with its download/],
    [kept(), 'other', /is not kept here any more/],
    [kept({ about: { id: 1 } }), COMMIT, /is not kept here any more/],
  ])('is not read where it is not whole, or not there (%#)', async (files, key, message) => {
    await expect(hubModelSource(files, key)).rejects.toThrow(message);
  });

  it('names the file that is damaged', async () => {
    const source = await hubModelSource(kept({}, { [WEIGHTS]: 'no weights' }), COMMIT);
    await expect(readModel(source)).rejects.toThrow(/model\.safetensors of someone\/tiny cannot be used/);
  });

  it('is compared with the hashes of the hub', async () => {
    const [model] = await listHubModels(kept());
    expect(await checkHubModel(kept(), model!, () => {})).toEqual([]);
    expect(await checkHubModel(kept({}, { [WEIGHTS]: 'other' }), model!, () => {})).toEqual([WEIGHTS]);
  });

  it('is left out of the list where what is kept of it cannot be read', async () => {
    expect(await listHubModels(kept({ about: { id: 1 } }))).toEqual([]);
  });
});
