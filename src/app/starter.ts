/** The starter checkpoints that come with the site. */
import { type ModelConfig, parseModelConfig } from '../model/config.ts';
import { packWeights, parameterLayout } from '../model/parameters.ts';
import { readSafetensors } from '../store/safetensors.ts';

export interface StarterModel {
  readonly config: ModelConfig;
  readonly weights: Float32Array;
}

export interface Starter {
  readonly tokenizerJson: unknown;
  readonly policy: StarterModel;
  readonly reward: StarterModel;
}

/** A file of the site could not be had or is damaged. */
export class AssetError extends Error {
  override readonly name = 'AssetError';
}

async function fetchAsset(path: string): Promise<Response> {
  const url = `${import.meta.env.BASE_URL}starter/${path}`;
  const response = await fetch(url).catch((cause: unknown) => {
    throw new AssetError(
      `${url} could not be fetched. Nothing was changed. Check the connection and reload.`,
      { cause },
    );
  });
  // A host that answers unknown paths with its start page would otherwise pass HTML off as a checkpoint.
  if (!response.ok || response.headers.get('content-type')?.includes('text/html'))
    throw new AssetError(
      `The starter checkpoint is incomplete: ${url} is missing (${response.status}). Nothing was changed. Make it with "npm run -s posterior -- starter", or check that the site was copied whole.`,
    );
  return response;
}

async function fetchModel(name: 'policy' | 'reward'): Promise<StarterModel> {
  const [config, bytes] = await Promise.all([
    fetchAsset(`${name}/config.json`).then((response) => response.json() as Promise<unknown>),
    fetchAsset(`${name}/model.safetensors`).then((response) => response.arrayBuffer()),
  ]);
  const parsed = parseModelConfig(config);
  return {
    config: parsed,
    weights: packWeights(parameterLayout(parsed), readSafetensors(new Uint8Array(bytes)).tensors),
  };
}

export async function fetchTokenizer(): Promise<unknown> {
  return (await fetchAsset('tokenizer.json')).json() as Promise<unknown>;
}

export async function fetchStarter(): Promise<Starter> {
  const [tokenizerJson, policy, reward] = await Promise.all([
    fetchTokenizer(),
    fetchModel('policy'),
    fetchModel('reward'),
  ]);
  return { tokenizerJson, policy, reward };
}
