/** Where the model is kept that a run with LoRA trains factors beside. */
import * as v from 'valibot';
import type { LoadedModel } from '../model/sources/source.ts';
import { readModel } from '../model/sources/source.ts';
import type { Store } from '../store/index.ts';
import type { ModelFiles } from '../store/model-files.ts';
import { hubModelSource } from './hub-models.ts';
import { IMPORT_PREFIX, importedSource, importFacts } from './imported-models.ts';
import { RunModelError, sharedIfLarge } from './run-models.ts';

const schema = v.variant('place', [
  v.object({ place: v.literal('hub'), key: v.string(), name: v.string() }),
  // By the hash of its weights: one that was deleted and taken in again is the same.
  v.object({ place: v.literal('import'), hash: v.string(), name: v.string() }),
]);
export type BaseModel = v.InferOutput<typeof schema>;

/** @returns null where nothing is said: it is then the site's. */
export const parseBase = (stored: unknown): BaseModel | null => {
  const parsed = v.safeParse(schema, stored);
  return parsed.success ? parsed.output : null;
};

export interface BaseSources {
  readonly store: () => Promise<Pick<Store, 'listGenerations' | 'loadCheckpoint'>>;
  readonly modelFiles: () => Promise<Pick<ModelFiles, 'list' | 'file'>>;
}

/** @throws RunModelError where it is not kept here any more; StoredModelError, CheckpointDamagedError */
export async function openBase(base: BaseModel, sources: BaseSources): Promise<LoadedModel> {
  if (base.place === 'hub') {
    const files = await sources.modelFiles();
    if (!(await files.list()).some(({ key }) => key === base.key)) throw gone(base, 'download');
    return readModel(await hubModelSource(files, base.key), sharedIfLarge);
  }
  const store = await sources.store();
  const kept = (await store.listGenerations()).find(
    ({ current, key, meta }) =>
      current && key.startsWith(IMPORT_PREFIX) && importFacts(meta)?.hash === base.hash,
  );
  const checkpoint = kept ? await store.loadCheckpoint(kept.key) : null;
  if (!checkpoint) throw gone(base, 'import');
  return readModel(importedSource(checkpoint), sharedIfLarge);
}

const gone = ({ name }: BaseModel, remedy: 'download' | 'import'): RunModelError =>
  new RunModelError(
    `This run trains factors beside the weights of ${name}, and that model is not kept here any more. Nothing was changed: ${remedy} it again in Models, then go on.`,
  );
