/** The models and files that come with the site. */
import { messageOf } from '../../errors.ts';
import { folderSource } from './folder.ts';
import type { ModelSource } from './source.ts';

/** A file of the site could not be had or is damaged. */
export class AssetError extends Error {
  override readonly name = 'AssetError';
}

const addressOf = (path: string): string => `${import.meta.env.BASE_URL}${path}`;

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
      `The starter checkpoint is incomplete: ${url} is missing (${response.status}). Nothing was changed. Make it again ("npm run -s posterior -- starter --help" says how), or check that the site was copied whole.`,
    );
  return response;
}

function damaged(path: string, cause: unknown): unknown {
  if (cause instanceof AssetError) return cause;
  return new AssetError(
    `The starter checkpoint is damaged: ${addressOf(path)} cannot be read (${messageOf(cause)}). Nothing was changed. Copy the site again, or make the checkpoint again: "npm run -s posterior -- starter --help" says how.`,
    { cause },
  );
}

/** Files of each model; others are not asked for. */
const FILES = {
  policy: ['config.json', 'model.safetensors'],
  reward: ['config.json', 'model.safetensors', 'scaling.json'],
} as const;

/** The models of a folder have one tokenizer, beside them. */
const pathOf = (folder: string, model: string, file: string): string =>
  file === 'tokenizer.json' ? `${folder}/${file}` : `${folder}/${model}/${file}`;

/** A model of the site, by its folder there. */
export function bundledModel(folder: string, model: keyof typeof FILES): ModelSource {
  const files: readonly string[] = [...FILES[model], 'tokenizer.json'];
  return folderSource({
    open: async (file) =>
      files.includes(file) ? (await fetchAsset(pathOf(folder, model, file))).body : null,
    unusable: (file, cause) => damaged(pathOf(folder, model, file), cause),
  });
}

/** The frozen benchmark of reasoning pairs about programs, as JSON lines. */
export async function bundledBenchmark(): Promise<Uint8Array> {
  const path = 'starter/benchmark.jsonl';
  const response = await fetchAsset(path);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw damaged(path, cause);
  }
}
