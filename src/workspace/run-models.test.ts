import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ModelConfig, parseModelConfig, toHuggingFaceConfig } from '../model/config.ts';
import { modelFiles } from '../model/hugging-face.ts';
import { initialWeights } from '../model/parameters.ts';
import { folderSource } from '../model/sources/folder.ts';
import type { ModelSource } from '../model/sources/source.ts';
import { findPreset } from '../run/presets.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import type { BundledModels } from './bundled.ts';
import { bundledRunModels, readRunModels, startOf } from './run-models.ts';

const json = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`public/starter/${path}`, 'utf8')) as Record<string, unknown>;

const tokenizerJson = json('tokenizer.json');
const shapes = {
  policy: parseModelConfig(json('policy/config.json')),
  reward: parseModelConfig(json('reward/config.json')),
};
const site: BundledModels = {
  tokenizerJson,
  tokenizer: loadTokenizer(tokenizerJson),
  policy: { config: shapes.policy, weights: Float32Array.of(1) },
  reward: { config: shapes.reward, weights: Float32Array.of(2) },
  scaling: { scaling: { kind: 'sigmoid', center: 0 }, calibration: null },
};
const { config } = findPreset('quick');

/** A folder with a model of this shape and further files. */
function folder(shape: ModelConfig, more: Readonly<Record<string, unknown>> = {}): ModelSource {
  const files = new Map(
    modelFiles('model', shape, initialWeights(shape, 3), {}).map(([path, bytes]) => [path.slice(6), bytes]),
  );
  for (const [name, value] of Object.entries(more))
    files.set(name, new TextEncoder().encode(JSON.stringify(value)));
  return folderSource({
    open: async (name) => {
      const bytes = files.get(name);
      return bytes ? new Blob([bytes]).stream() : null;
    },
  });
}
const run = (policy: ModelSource | null, reward: ModelSource | null = null) =>
  readRunModels(
    { policy, reward: reward && { name: 'likes long', source: reward } },
    { ...config, preset: 'quick' },
    site,
  );

/** A vocabulary with two of its tokens swapped. */
function swapped(): Record<string, unknown> {
  const { model } = tokenizerJson as { model: { vocab: Record<string, number> } };
  const [first, second] = Object.keys(model.vocab).slice(20, 22) as [string, string];
  const vocab = { ...model.vocab, [first]: model.vocab[second], [second]: model.vocab[first] };
  return { ...tokenizerJson, model: { ...model, vocab } };
}

describe('a run with models of its own', () => {
  it('starts from the site’s where it brings none', async () => {
    expect(await run(null)).toEqual(bundledRunModels(site));
    expect(await startOf(await run(null), { ...config, preset: 'quick' })).toEqual({
      policy: site.policy.weights,
      reward: site.reward.weights,
      calibration: null,
    });
  });

  it('scores with the reward model it brings, which it says by hash and name', async () => {
    const { calibration } = json('reward/scaling.json');
    const models = await run(null, folder(shapes.reward, { 'scaling.json': json('reward/scaling.json') }));
    expect(models.policy.weights).toBe(site.policy.weights);
    // Compared by hand: a hundred times as fast.
    const weights = initialWeights(shapes.reward, 3);
    expect(models.reward.weights.every((weight, i) => weight === weights[i])).toBe(true);
    expect(models.calibration).toEqual(calibration);
    expect(models.rewardModel).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), name: 'likes long' });
    expect((await run(null, folder(shapes.reward))).calibration).toBeNull();
  });

  it('takes a policy of another shape, in the vocabulary it was made with', async () => {
    const wide = { ...shapes.policy, layers: 1, width: 64, hidden: 80, heads: 2, kvHeads: 1 };
    const models = await run(folder(wide));
    expect(models.policy.config).toEqual(wide);
    expect(models.policy.tokenizerJson).toBe(tokenizerJson);
    const own = swapped();
    expect((await run(folder(wide, { 'tokenizer.json': own }))).policy.tokenizerJson).toEqual(own);
  });

  it('takes a Qwen3, a scaled rotation, and more rows than the tokenizer has tokens', async () => {
    const small = { ...shapes.policy, layers: 1, width: 64, hidden: 80, heads: 2, kvHeads: 1 };
    const padded = { ...small, vocabulary: shapes.policy.vocabulary + 56 };
    const scaling = { type: 'linear', factor: 4 } as const;
    for (const shape of [
      { ...small, family: 'qwen3' as const },
      { ...small, ropeScaling: scaling },
      padded,
    ]) {
      const { policy } = await run(folder(shape, { 'tokenizer.json': tokenizerJson }));
      expect(policy.config).toEqual(shape);
      expect(policy.weights).toEqual(initialWeights(shape, 3));
    }
  });

  it('keeps every token that ends a text', async () => {
    const many = folder(
      { ...shapes.policy, endIds: [1, 7] },
      { 'generation_config.json': { eos_token_id: [7, 9] } },
    );
    const read = (await run(many)).policy.config;
    expect(read.endIds).toEqual([1, 7, 9]);
    const [[, written]] = modelFiles('policy', read, initialWeights(read, 3), {}) as [[string, Uint8Array]];
    expect(JSON.parse(new TextDecoder().decode(written))).toMatchObject({ eos_token_id: [1, 7, 9] });
  });

  it('refuses what cannot take its place, and says why', async () => {
    await expect(run(folder(shapes.reward))).rejects.toThrow(/is a reward model, not a policy/);
    await expect(run(null, folder(shapes.policy))).rejects.toThrow(/is a policy, not a reward model/);
    const larger = { ...shapes.policy, vocabulary: shapes.policy.vocabulary + 8 };
    await expect(run(folder(larger))).rejects.toThrow(/brings no tokenizer\.json/);
    const smaller = { ...shapes.policy, vocabulary: shapes.policy.vocabulary - 8 };
    await expect(run(folder(smaller, { 'tokenizer.json': tokenizerJson }))).rejects.toThrow(
      /do not belong together/,
    );
    const short = { ...shapes.policy, maxPositions: 64 };
    await expect(run(folder(short))).rejects.toThrow(/reads up to 64 tokens/);
    const other = { ...toHuggingFaceConfig(shapes.policy), hidden_size: 64, head_dim: 32 };
    await expect(run(folder(shapes.policy, { 'config.json': other }))).rejects.toThrow(/needs \[/);
  });
});
