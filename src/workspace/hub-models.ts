/** Models of the hub that this browser keeps, as they were downloaded. */
import * as v from 'valibot';
import { messageOf } from '../errors.ts';
import { downloadHubModel, type DownloadOptions, matches } from '../model/sources/hub-download.ts';
import type { HubModel } from '../model/sources/hub.ts';
import { folderSource } from '../model/sources/folder.ts';
import type { ModelSource } from '../model/sources/source.ts';
import type { KeptModel, ModelFiles } from '../store/model-files.ts';
import { StoredModelError } from './stored-source.ts';

const modelSchema = v.object({
  id: v.string(),
  commit: v.string(),
  address: v.string(),
  files: v.array(
    v.object({
      name: v.string(),
      sizeBytes: v.number(),
      hash: v.string(),
      hashKind: v.picklist(['sha256', 'git']),
    }),
  ),
  sizeBytes: v.number(),
  weights: v.array(v.string()),
  licence: v.nullable(v.string()),
  baseModels: v.array(v.string()),
  architecture: v.nullable(v.string()),
  parameters: v.number(),
  unusable: v.nullable(v.string()),
});

/** A model of the hub and what is here of it. */
export interface KeptHubModel extends Pick<
  KeptModel,
  'key' | 'created' | 'whole' | 'hereBytes' | 'ownBytes'
> {
  readonly model: HubModel;
}

/** In front of the key of one where there are models of other places, too. */
export const HUB_PREFIX = 'hub:';

/** Newest first. */
export async function listHubModels(files: Pick<ModelFiles, 'list'>): Promise<KeptHubModel[]> {
  return (await files.list()).flatMap(({ about, ...kept }) => {
    const parsed = v.safeParse(modelSchema, about);
    return parsed.success ? [{ ...kept, model: parsed.output }] : [];
  });
}

/**
 * Downloads a model and keeps it, or goes on with that. To be called in a worker.
 * @throws HubError, StorageFullError, ModelInUseError
 */
export const keepHubModel = (files: ModelFiles, model: HubModel, options: DownloadOptions): Promise<void> =>
  files.write(
    {
      key: model.commit,
      files: model.files.map(({ name, sizeBytes, hash }) => ({ name, sizeBytes, hash })),
      about: model,
    },
    // What is there is read again for its hash, since a file that another model has, too, may be damaged.
    (place) => downloadHubModel(model, { ...place, has: async () => false }, options),
  );

/**
 * A model of the hub as it is kept: its tensors are read from their files one at a time, as the files have them.
 * @param key that of {@link listHubModels}
 * @throws StoredModelError where it is not here, or not whole
 */
export async function hubModelSource(
  files: Pick<ModelFiles, 'list' | 'file'>,
  key: string,
): Promise<ModelSource> {
  const record = (await files.list()).find((each) => each.key === key);
  const about = v.safeParse(modelSchema, record?.about);
  if (!record?.whole || !about.success)
    throw new StoredModelError(
      record && about.success
        ? `${about.output.id} is not here as a whole. Nothing was changed; go on with its download in Models.`
        : 'This model is not kept here any more: it was deleted, perhaps in another tab. Nothing was changed.',
    );
  const { id, weights } = about.output;
  return folderSource({
    weights,
    open: async (name) => (await files.file(record, name))?.stream() ?? null,
    unusable: (name, cause) => new StoredModelError(`${name} of ${id} cannot be used: ${messageOf(cause)}`),
  });
}

/** Names of the files that are not as they were downloaded. */
export async function checkHubModel(
  files: Pick<ModelFiles, 'list' | 'file'>,
  { key, model }: KeptHubModel,
  report: (done: number, total: number) => void,
): Promise<string[]> {
  const record = (await files.list()).find((each) => each.key === key);
  const damaged: string[] = [];
  for (const [i, file] of model.files.entries()) {
    const content = record ? await files.file(record, file.name) : null;
    if (content === null || !(await matches(file, content.stream()))) damaged.push(file.name);
    report(i + 1, model.files.length);
  }
  return damaged;
}
