import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseModelConfig } from '../model/config.ts';
import { mergedWeights } from '../model/merge.ts';
import { initialFactors, initialWeights, parameterLayout } from '../model/parameters.ts';
import { filesSource } from '../model/sources/files.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { DEFAULT_CONFIG, loraOf } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import type { Branch, Checkpoint, LoadedCheckpoint, RunRecord } from '../store/index.ts';
import { openBase } from './base-models.ts';
import { branchRun, type BranchStart } from './branch.ts';
import type { BundledModels } from './bundled.ts';
import { importModel } from './imported-models.ts';
import { policyOfRun } from './policies.ts';
import { storedPolicy } from './run-policy.ts';

const json = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(`public/starter/${path}`, 'utf8'));

const config: TrainConfig = { ...DEFAULT_CONFIG, loraRank: 2, loraTargets: 'q_proj,v_proj' };
const lora = loraOf(config)!;

let site: BundledModels;
let mine: BranchStart;

beforeAll(async () => {
  const tokenizerJson = await json('tokenizer.json');
  const tokenizer = loadTokenizer(tokenizerJson);
  const [policy, reward] = [
    parseModelConfig(await json('policy/config.json')),
    parseModelConfig(await json('reward/config.json')),
  ];
  site = {
    tokenizerJson,
    tokenizer,
    policy: { config: policy, weights: initialWeights(policy, 1) },
    reward: { config: reward, weights: initialWeights(reward, 2) },
    scaling: { scaling: { kind: 'sigmoid', center: 0 }, calibration: null },
  };
  const small = { ...policy, layers: 1 };
  const weights = initialWeights(small, 3);
  mine = {
    config: small,
    weights,
    tokenizerJson,
    chat: null,
    from: { name: 'mine', step: null },
    device: 'wasm',
    run: null,
    kept: { place: 'import', hash: await hashWeights(weights), name: 'mine' },
  };
});

/** A store that keeps what it is given. */
function shelf() {
  const checkpoints = new Map<string, Checkpoint>();
  const policies = new Map<string, Branch['policy']>();
  const runs: RunRecord[] = [];
  const store = {
    branchRun: async ({ run, policy }: Branch, checkpoint: Checkpoint) => {
      runs.push(run);
      policies.set(run.id, policy);
      checkpoints.set(run.id, checkpoint);
    },
    runPolicy: async (id: string) => {
      const policy = policies.get(id);
      return policy ? { ...policy, run: id } : null;
    },
    saveCheckpoint: async (key: string, checkpoint: Checkpoint) => void checkpoints.set(key, checkpoint),
    loadCheckpoint: async (key: string) => (checkpoints.get(key) as LoadedCheckpoint | undefined) ?? null,
    listGenerations: async () => [...checkpoints].map(([key, { meta }]) => ({ key, meta, current: true })),
  };
  return { store: store as never, checkpoints, policies, runs };
}

const sourcesOf = (store: never) => ({
  store: async () => store,
  modelFiles: async () => ({ list: async () => [], file: async () => null }),
  bundled: async () => site,
});

/** Takes the weights of `mine` in, as a person would. */
async function takeIn(store: never): Promise<string> {
  const { modelFiles } = await import('../model/hugging-face.ts');
  const files = modelFiles('m', mine.config, mine.weights, {}).map(
    ([path, bytes]) => [path.slice(2), new Blob([bytes])] as const,
  );
  const tokenizer = new Blob([JSON.stringify(mine.tokenizerJson)]);
  const source = await filesSource({
    name: 'mine',
    files: new Map([...files, ['tokenizer.json', tokenizer]]),
  });
  return importModel(store, source, { name: 'mine', licence: null });
}

describe('a run with LoRA that branches from a model', () => {
  it('keeps the factors, and where the model is', async () => {
    const { store, checkpoints, policies } = shelf();
    const id = await branchRun(store, site, mine, config);
    const { parts, meta } = checkpoints.get(id)!;
    expect(parts['parameters']).toEqual(initialFactors(mine.config, lora, config.seed));
    expect(parts['reference']).toEqual(parts['parameters']);
    expect(meta['base']).toBe(await hashWeights(mine.weights));
    expect(policies.get(id)).toMatchObject({ base: mine.kept });
    expect((await storedPolicy(store, id))?.base).toEqual(mine.kept);
  });

  it('of the site knows it by its hash', async () => {
    const { store, checkpoints, policies } = shelf();
    const id = await branchRun(store, site, { ...mine, ...site.policy, kept: null }, config);
    expect(policies.get(id)).toBeNull();
    expect(checkpoints.get(id)!.meta['base']).toBe(await hashWeights(site.policy.weights));
  });

  it('keeps where a model is that has the site’s shape and other weights', async () => {
    const { store, policies } = shelf();
    const weights = initialWeights(site.policy.config, 9);
    const kept = { place: 'import', hash: await hashWeights(weights), name: 'merged' } as const;
    const start = { ...mine, ...site.policy, weights, kept };
    const id = await branchRun(store, site, start, config);
    expect((await storedPolicy(store, id))?.base).toEqual(kept);
    // Trained whole, it needs no other model.
    const whole = await branchRun(store, site, start, DEFAULT_CONFIG);
    expect(policies.get(whole)).toBeNull();
  });

  it('is refused where the tokenizer has tokens that the model does not', async () => {
    const { store, runs } = shelf();
    const short = { ...mine.config, vocabulary: 300 };
    const start = { ...mine, config: short, weights: initialWeights(short, 3) };
    await expect(branchRun(store, site, start, config)).rejects.toThrow(
      /vocabulary of 300, the tokenizer one of \d+: they do not belong together/,
    );
    expect(runs).toEqual([]);
  });

  it('names the model of the hub that is gone', async () => {
    const base = { place: 'hub', key: 'c0ffee', name: 'someone/tiny' } as const;
    await expect(openBase(base, sourcesOf(shelf().store))).rejects.toThrow(
      /weights of someone\/tiny, .*not kept here any more.*download it again in Models/,
    );
  });

  it('finds it again after it was deleted and taken in anew, and says so while it is gone', async () => {
    const { store, checkpoints } = shelf();
    await expect(openBase(mine.kept!, sourcesOf(store))).rejects.toThrow(
      /is not kept here any more.*import it again/,
    );
    const first = await takeIn(store);
    checkpoints.delete(first);
    await takeIn(store);
    expect((await openBase(mine.kept!, sourcesOf(store))).weights).toEqual(mine.weights);
  });

  it('has a policy of merged weights, and none beside other weights', async () => {
    const { store, checkpoints, runs } = shelf();
    await takeIn(store);
    const id = await branchRun(store, site, mine, config);
    const factors = initialFactors(mine.config, lora, 9).map((x) => x + 0.01);
    const kept = checkpoints.get(id)!;
    const later = { ...kept, parts: { ...kept.parts, parameters: factors }, notice: null };
    const { weights } = await policyOfRun(sourcesOf(store), runs[0]!, later, 'mine');
    expect(weights).toEqual(mergedWeights(mine.config, lora, mine.weights, factors));
    const strange = { ...later, meta: { ...later.meta, base: 'another' } };
    await expect(policyOfRun(sourcesOf(store), runs[0]!, strange, 'mine')).rejects.toThrow(
      /model that it began with/,
    );
  });

  it('branches again with its factors; a run of whole weights is no base', async () => {
    const { store, checkpoints, policies, runs } = shelf();
    const id = await branchRun(store, site, mine, config);
    const factors = new Float32Array(parameterLayout(mine.config, [], lora).size).fill(0.5);
    const kept = checkpoints.get(id)!;
    const checkpoint = { ...kept, parts: { ...kept.parts, parameters: factors }, notice: null };
    const from = { ...mine, kept: null, run: { record: runs[0]!, checkpoint } };
    const next = await branchRun(store, site, from, config);
    expect(checkpoints.get(next)!.parts).toMatchObject({ parameters: factors, reference: factors });
    expect(checkpoints.get(next)!.meta['base']).toBe(kept.meta['base']);
    expect(policies.get(next)).toMatchObject({ base: mine.kept });
    await expect(branchRun(store, site, from, { ...config, loraRank: 3 })).rejects.toThrow(
      /download its model/,
    );
    // Merged, they are trained whole.
    const merged = await branchRun(store, site, from, { ...config, loraRank: 0 });
    expect(checkpoints.get(merged)!.parts['parameters']).toEqual(mine.weights);
    expect(checkpoints.get(merged)!.meta['base']).toBeUndefined();
  });
});
