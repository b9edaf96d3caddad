/** The models and files that come with the site. */
import { messageOf } from '../../errors.ts';
import { folderSource } from './folder.ts';
import type { ModelSource } from './source.ts';

/** A file of the site could not be had or is damaged. */
export class AssetError extends Error {
  override readonly name = 'AssetError';
}

const addressOf = (path: string): string => `${import.meta.env.BASE_URL}starter/${path}`;

async function fetchAsset(path: string): Promise<Response> {
  const url = addressOf(path);
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

function damaged(path: string, cause: unknown): unknown {
  if (cause instanceof AssetError) return cause;
  return new AssetError(
    `The starter checkpoint is damaged: ${addressOf(path)} cannot be read (${messageOf(cause)}). Nothing was changed. Copy the site again, or make the checkpoint with "npm run -s posterior -- starter".`,
    { cause },
  );
}

/** Files of each model; others are not asked for. */
const FILES = {
  policy: ['config.json', 'model.safetensors'],
  reward: ['config.json', 'model.safetensors', 'scaling.json'],
} as const;

/** All models of the site have one tokenizer, beside their folders. */
const pathOf = (model: string, file: string): string =>
  file === 'tokenizer.json' ? file : `${model}/${file}`;

export function bundledModel(model: keyof typeof FILES): ModelSource {
  const files: readonly string[] = [...FILES[model], 'tokenizer.json'];
  return folderSource({
    open: async (file) => (files.includes(file) ? (await fetchAsset(pathOf(model, file))).body : null),
    unusable: (file, cause) => damaged(pathOf(model, file), cause),
  });
}

/** The frozen benchmark of reasoning pairs, as JSON lines. */
export async function bundledBenchmark(): Promise<Uint8Array> {
  const path = 'benchmark.jsonl';
  const response = await fetchAsset(path);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw damaged(path, cause);
  }
}
