/** Files that go between the command line and the page: bytes over the server that serves the page to this machine. */
import type { RandomAccess } from '../model/gguf/access.ts';
import { ggufSource, isGguf } from '../model/gguf/source.ts';
import { folderSource } from '../model/sources/folder.ts';
import { mergedSource } from '../model/sources/merged.ts';
import type { ModelSource } from '../model/sources/source.ts';
import type { NamedFile } from '../model/hugging-face.ts';
import type { BundledModels } from '../workspace/bundled.ts';
import {
  bundledRunModels,
  type ModelWithVocabulary,
  type OwnModels,
  readPolicy,
} from '../workspace/run-models.ts';
import { OFFSET_HEADER, type ServedModel, type TrainRequest } from './requests.ts';

/** The command line's server does not answer as it should. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
}

async function asked(url: string, request: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw new ExchangeError('The command line could not be reached.', { cause });
  });
  if (!response.ok)
    throw new ExchangeError(`The command line refused a file (${response.status}): ${await response.text()}`);
  return response;
}

export function servedModel({ adapter, ...model }: ServedModel): ModelSource {
  return adapter ? mergedSource(servedModel(model), servedModel(adapter)) : sourceAt(model);
}

function sourceAt({ url, files, weights }: ServedModel): ModelSource {
  const [first = ''] = weights;
  if (isGguf(first)) return ggufSource(() => servedAccess(`${url}${encodeURIComponent(first)}`));
  return folderSource({
    weights,
    open: async (name) =>
      files.includes(name) ? (await asked(`${url}${encodeURIComponent(name)}`)).body : null,
  });
}

/** A file of which ranges are asked for. */
async function servedAccess(url: string): Promise<RandomAccess> {
  const range = (begin: number, end: number) =>
    asked(url, { headers: { Range: `bytes=${begin}-${end - 1}` } });
  const { headers } = await range(0, 1);
  return {
    size: Number(headers.get('Content-Range')?.split('/')[1]),
    read: async (begin, end) =>
      begin === end ? new Uint8Array(0) : new Uint8Array(await (await range(begin, end)).arrayBuffer()),
  };
}

/** The models that a run brings along. */
export const servedModels = ({ policy, reward }: Pick<TrainRequest, 'policy' | 'reward'>): OwnModels => ({
  policy: policy && servedModel(policy),
  reward: reward && { name: reward.name, source: servedModel(reward) },
});

/** The policy that was handed over, or the site's. */
export const policyOf = (served: ServedModel | null, site: BundledModels): Promise<ModelWithVocabulary> =>
  served === null ? Promise.resolve(bundledRunModels(site).policy) : readPolicy(servedModel(served), site);

export const servedBytes = async (url: string): Promise<Uint8Array> =>
  new Uint8Array(await (await asked(url)).arrayBuffer());

/** Bytes of half a gigabyte end the page, and a blob of as many a browser refuses when it holds others. */
const PIECE_BYTES = 2 ** 24;

/** Hands files over, one after the other and piece by piece. Returns their paths. */
export async function sendFiles(url: string, files: Iterable<NamedFile>): Promise<string[]> {
  const sent: string[] = [];
  for (const [path, body] of files) {
    for (let at = 0; at === 0 || at < body.length; at += PIECE_BYTES)
      await asked(`${url}${encodeURIComponent(path)}`, {
        method: 'POST',
        headers: { [OFFSET_HEADER]: String(at) },
        body: body.slice(at, at + PIECE_BYTES),
      });
    sent.push(path);
  }
  return sent;
}
