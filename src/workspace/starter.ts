/** The starter checkpoints that come with the site. */
import { type ModelConfig, parseModelConfig } from '../model/config.ts';
import { packWeights, parameterLayout } from '../model/parameters.ts';
import { parseScalingFile, type ScalingFile } from '../rl/scaling.ts';
import { readSafetensors } from '../store/safetensors.ts';
import { loadTokenizer } from '../tokenizer/index.ts';
import { messageOf } from '../errors.ts';

export interface StarterModel {
  readonly config: ModelConfig;
  readonly weights: Float32Array;
}

export interface Starter {
  readonly tokenizerJson: unknown;
  readonly policy: StarterModel;
  readonly reward: StarterModel;
  /** How the reward model's scores become R_t. */
  readonly scaling: ScalingFile;
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

/** What `read` makes of a file of the site; where that fails, the file is damaged and the reason is told. */
async function readAsset<T>(path: string, read: (response: Response) => Promise<T>): Promise<T> {
  const response = await fetchAsset(path);
  try {
    return await read(response);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new AssetError(
      `The starter checkpoint is damaged: ${response.url} cannot be read (${reason}). Nothing was changed. Copy the site again, or make the checkpoint with "npm run -s posterior -- starter".`,
      { cause },
    );
  }
}

async function fetchModel(name: 'policy' | 'reward'): Promise<StarterModel> {
  const config = await readAsset(`${name}/config.json`, async (response) =>
    parseModelConfig(await response.json()),
  );
  const weights = await readAsset(`${name}/model.safetensors`, async (response) =>
    packWeights(
      parameterLayout(config),
      readSafetensors(new Uint8Array(await response.arrayBuffer())).tensors,
    ),
  );
  return { config, weights };
}

/** The vocabulary as its file has it. */
export const fetchTokenizer = (): Promise<unknown> =>
  readAsset('tokenizer.json', async (response) => {
    const json: unknown = await response.json();
    loadTokenizer(json);
    return json;
  });

/** The frozen benchmark of reasoning pairs, as JSON lines. */
export const fetchBenchmark = (): Promise<Uint8Array> =>
  readAsset('benchmark.jsonl', async (response) => new Uint8Array(await response.arrayBuffer()));

export async function fetchStarter(): Promise<Starter> {
  const [tokenizerJson, policy, reward, scaling] = await Promise.all([
    fetchTokenizer(),
    fetchModel('policy'),
    fetchModel('reward'),
    readAsset('reward/scaling.json', async (response) => parseScalingFile(await response.json())),
  ]);
  return { tokenizerJson, policy, reward, scaling };
}
