import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ADAPTER_WEIGHTS, adapterFiles, readAdapter } from '../adapter.ts';
import { hashWeights } from '../hash-weights.ts';
import { mergedWeights } from '../merge.ts';
import { folderSource } from './folder.ts';
import { mergedSource } from './merged.ts';
import { readModel, WEIGHTS } from './source.ts';

const at = (folder: string, weights = WEIGHTS) =>
  folderSource({
    weights: [weights],
    unusable: (file, cause) => new Error(`${file}: ${(cause as Error).message}`),
    open: async (name) => {
      const path = join('tests/fixtures', folder, name);
      return existsSync(path) ? (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>) : null;
    },
  });

describe('a model with an adapter in its weights', () => {
  it.each([
    ['llama', 'llama_tiny'],
    ['qwen2', 'qwen2_tiny'],
  ])('is read tensor by tensor as it is merged whole: %s', async (adapter, base) => {
    const [model, own] = [await readModel(at(base)), at(`lora/${adapter}`, ADAPTER_WEIGHTS)];
    const { lora, factors } = await readAdapter(own, model.config);
    const { config, weights } = await readModel(mergedSource(at(base), own));
    expect(config).toEqual(model.config);
    expect(weights).toEqual(mergedWeights(config, lora, model.weights, factors));
    expect(weights).not.toEqual(model.weights);
  });

  it('is refused where the adapter tells other weights that it was trained beside', async () => {
    const model = await readModel(at('llama_tiny'));
    const { lora, factors } = await readAdapter(at('lora/llama', ADAPTER_WEIGHTS), model.config);
    const about = { lora, base: null, revision: null };
    const besideOf = async (weights: Float32Array) => {
      const files = new Map(
        adapterFiles('a', model.config, about, factors, await hashWeights(weights)).map(
          ([path, bytes]) => [path.slice(2), new Blob([bytes])] as const,
        ),
      );
      return folderSource({
        weights: [ADAPTER_WEIGHTS],
        unusable: (file, cause) => new Error(`${file}: ${(cause as Error).message}`),
        open: async (name) => files.get(name)?.stream() ?? null,
      });
    };
    const { weights } = await readModel(mergedSource(at('llama_tiny'), await besideOf(model.weights)));
    expect(weights).toEqual(mergedWeights(model.config, lora, model.weights, factors));
    const other = mergedSource(at('llama_tiny'), await besideOf(model.weights.map((x) => x + 1)));
    await expect(readModel(other)).rejects.toThrow(
      /^adapter_model\.safetensors: The adapter was trained beside the weights of another model\. Nothing was merged/,
    );
  });

  it('is refused by name where the adapter is of another model', async () => {
    const other = mergedSource(at('qwen2_tiny'), at('lora/llama', ADAPTER_WEIGHTS));
    await expect(readModel(other)).rejects.toThrow(/^adapter_model\.safetensors: .*lora_[AB]\.weight/);
    const none = mergedSource(at('llama_tiny'), at('llama_tiny'));
    await expect(readModel(none)).rejects.toThrow(/^adapter_config\.json: /);
  });
});
