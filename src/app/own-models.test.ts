import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../model/config.ts';
import { parameterLayout, unpackWeights } from '../model/parameters.ts';
import { writeSafetensors } from '../store/safetensors.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import type { ModelFiles } from './automation-types.ts';
import { toBase64 } from './base64.ts';
import { withOwnModels } from './own-models.ts';

const json = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`public/starter/${path}`, 'utf8')) as Record<string, unknown>;

const tokenizerJson = json('tokenizer.json');
const shapes = {
  policy: parseModelConfig(json('policy/config.json')),
  reward: parseModelConfig(json('reward/config.json')),
};
const shipped = { policy: Float32Array.of(1), reward: Float32Array.of(2), calibration: null };
const session = { start: shipped, shapes, tokenizer: loadTokenizer(tokenizerJson) };

const layout = parameterLayout(shapes.reward);
const weights = Float32Array.from({ length: layout.size }, (_, i) => i / layout.size);
const reward = {
  name: 'likes long',
  config: json('reward/config.json'),
  weights: [toBase64(writeSafetensors(unpackWeights(layout, weights), {}))],
  generation: null,
  tokenizer: tokenizerJson,
  scaling: json('reward/scaling.json'),
};
const calibration = json('reward/scaling.json')['calibration'];

describe('a run with models of its own', () => {
  it('starts from the shipped ones where it brings none', async () => {
    expect(await withOwnModels(session, { policy: null, reward: null })).toEqual(shipped);
  });

  it('scores with the reward model it brings, which it says by hash and name', async () => {
    const start = await withOwnModels(session, { policy: null, reward });
    expect(start.policy).toBe(shipped.policy);
    // Compared by hand: a hundred times as fast.
    expect(start.reward).toHaveLength(weights.length);
    expect(start.reward.every((weight, i) => weight === weights[i])).toBe(true);
    expect(start.calibration).toEqual(calibration);
    expect(start.rewardModel).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), name: 'likes long' });
    const { calibration: none } = await withOwnModels(session, {
      policy: null,
      reward: { ...reward, scaling: null },
    });
    expect(none).toBeNull();
  });

  it('refuses another shape, a policy in place of a reward model, and another vocabulary', async () => {
    const refused = (change: Partial<ModelFiles>): Promise<unknown> =>
      withOwnModels(session, { policy: null, reward: { ...reward, ...change } });
    const positions = { ...reward.config, max_position_embeddings: 512 };
    await expect(refused({ config: positions })).rejects.toThrow(/maxPositions 512, not 256/);
    await expect(withOwnModels(session, { policy: reward, reward: null })).rejects.toThrow(
      /policy has head score, not causal/,
    );
    const { model } = tokenizerJson as { model: { vocab: Record<string, number> } };
    const [first, second] = Object.keys(model.vocab).slice(20, 22) as [string, string];
    const vocab = { ...model.vocab, [first]: model.vocab[second], [second]: model.vocab[first] };
    const swapped = { ...tokenizerJson, model: { ...model, vocab } };
    await expect(refused({ tokenizer: swapped })).rejects.toThrow(/another vocabulary/);
  });
});
