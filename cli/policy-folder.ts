import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { trainedWith, type TrainedWith } from '../src/evaluation/notes.ts';
import { isGguf } from '../src/model/gguf/source.ts';
import { InputError, UsageError } from './errors.ts';
import { findModel, findStart, findWithAdapter, type ModelFolder } from './model-folder.ts';
import { RunFolder } from './run-folder.ts';

/** A policy that was named: the starter, a folder of a model, or a run, ended or not. */
export interface NamedPolicy {
  readonly name: string;
  /** Its files, or those of the policy that its run started from; null for the starter's. */
  readonly model: ModelFolder | null;
  /** A run without a policy of its own yet: its last checkpoint is in the browser's profile of the folder. */
  readonly run: { readonly id: string; readonly profile: string } | null;
  /** What it was trained on, as far as its folder says. */
  readonly trained: TrainedWith | null;
}

/** Stands for the policy that comes with the project. */
const STARTER = 'starter';

/**
 * @param adapter folder of what is merged into the model
 * @throws {InputError} for a folder that holds neither a policy nor a run; UsageError
 */
export async function findPolicy(path: string, adapter?: string): Promise<NamedPolicy> {
  const isStarter = path === STARTER && !existsSync(STARTER);
  const isRun = !isStarter && RunFolder.isRun(path);
  if (adapter !== undefined && (isStarter || isRun))
    throw new UsageError('--adapter is merged into the model of a folder, which --policy is to name.');
  if (isStarter) return { name: STARTER, model: null, run: null, trained: null };
  return isRun ? policyOfRun(path) : policyOfModel(path, adapter ?? null);
}

async function policyOfModel(path: string, adapter: string | null): Promise<NamedPolicy> {
  const model = await findWithAdapter(path, adapter);
  return { name: nameOf(path), model, run: null, trained: trainedWith(await recipeOf(model)) };
}

async function policyOfRun(path: string): Promise<NamedPolicy> {
  const { folder, file } = RunFolder.open(path);
  const name = basename(resolve(path));
  const trained = trainedWith(file.config);
  const own = join(path, 'policy');
  if (existsSync(join(own, 'config.json'))) return { name, model: await findModel(own), run: null, trained };
  if (file.runId === undefined || !existsSync(folder.profile))
    throw new InputError(`The run in ${path} has saved nothing yet. Continue it with train --resume.`);
  const from = file.request.policy;
  return {
    name,
    model: await findStart({ policy: from, adapter: file.request.adapter }),
    run: { id: file.runId, profile: folder.profile },
    trained,
  };
}

/** `train --out NAME` puts its policy into `NAME/policy`. */
const nameOf = (folder: string): string => {
  const path = resolve(folder);
  return basename(basename(path) === 'policy' ? dirname(path) : path);
};

/** How the weights were made, where their file says. */
async function recipeOf({ files, weights }: ModelFolder): Promise<unknown> {
  const path = files.get(weights[0] ?? '');
  if (path === undefined || isGguf(path)) return null;
  const file = await open(path);
  try {
    const { buffer: size } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = Number(size.readBigUInt64LE());
    const { buffer: header } = await file.read(Buffer.alloc(length), 0, length, 8);
    const { __metadata__: metadata } = JSON.parse(header.toString('utf8')) as {
      readonly __metadata__?: { readonly recipe?: string };
    };
    return JSON.parse(metadata?.recipe ?? 'null') as unknown;
  } catch {
    // Nothing depends on it but a note; a file that cannot be read is for the page to name.
    return null;
  } finally {
    await file.close();
  }
}
