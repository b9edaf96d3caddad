/** Reward models in the store: weights under `model:reward-…`, and beside them all that makes them usable. */
import * as v from 'valibot';
import type { ModelConfig } from '../../../model/config.ts';
import { readModel } from '../../../model/sources/source.ts';
import { parseScalingFile, type ScalingFile } from '../../../rl/scaling.ts';
import type { Store } from '../../../store/index.ts';
import { storedSource, StoredModelError } from '../../../workspace/stored-source.ts';

export const KEY_PREFIX = 'model:reward-';

/** What is known of a trained model beside its weights. */
export interface ModelFacts {
  readonly name: string;
  /** Share of held-out pairs it judges right, and Pearson's r of length and score over their texts. */
  readonly accuracy: number;
  readonly lengthCorrelation: number | null;
  /** How it was trained, in words. */
  readonly recipe: string;
}

export interface StoredModel extends ModelFacts {
  readonly weights: Float32Array;
  readonly scaling: ScalingFile;
}

const factsSchema = v.object({
  kind: v.literal('reward'),
  name: v.string(),
  accuracy: v.number(),
  lengthCorrelation: v.nullable(v.number()),
  recipe: v.string(),
});

export async function saveModel(store: Store, key: string, model: StoredModel): Promise<void> {
  const { weights, ...facts } = model;
  await store.saveCheckpoint(key, {
    step: 0,
    parts: { parameters: weights },
    meta: { kind: 'reward', ...facts },
  });
}

/** Reads and checks a stored model. @throws StoredModelError, CheckpointDamagedError, ScalingError */
export async function loadModel(store: Store, key: string, shape: ModelConfig): Promise<StoredModel> {
  const checkpoint = await store.loadCheckpoint(key);
  const facts = v.safeParse(factsSchema, checkpoint?.meta);
  if (!checkpoint || !facts.success || !(checkpoint.parts['parameters'] instanceof Float32Array))
    throw new StoredModelError(
      `What is stored as ${key} is not a reward model. It was left as it is; choose another.`,
    );
  const source = storedSource(checkpoint, shape, facts.output.name);
  const { weights } = await readModel(source);
  const { kind: _, ...known } = facts.output;
  return { ...known, weights, scaling: parseScalingFile(await source.json('scaling.json')) };
}

export async function storedKeys(store: Store): Promise<string[]> {
  const all = await store.listCheckpoints();
  return all
    .filter(({ key }) => key.startsWith(KEY_PREFIX))
    .toSorted((a, b) => a.created - b.created)
    .map(({ key }) => key);
}

/** A key for a name that no other model has: lower-case words, then a number where it is taken. */
export function keyFor(name: string, taken: readonly string[]): string {
  const words = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  const key = KEY_PREFIX + (words || 'model');
  if (!taken.includes(key)) return key;
  const free = taken.map((_, i) => `${key}-${i + 2}`).find((candidate) => !taken.includes(candidate));
  return free ?? key;
}
