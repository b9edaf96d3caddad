/** What `export` is given: a run, a model, or the starter, with the models and settings that belong to it. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import { domainOf, type TaskChoice } from '../../src/domains/index.ts';
import { DEFAULT_PRESET, findPreset, PRESETS } from '../../src/run/presets.ts';
import type { TrainConfig } from '../../src/rl/types.ts';
import { InputError } from '../errors.ts';
import { parseRunFile, RunFolder } from '../run-folder.ts';

const STARTER = 'starter';

/** The folder of the models that know the tasks of a choice; the starter’s for a domain that comes without any. */
export const shippedModels = (choice: TaskChoice): string =>
  join(ROOT, 'public', domainOf(choice).models ?? STARTER);

/** Folders of models, not yet read. */
export interface ExportSource {
  /** For a person. */
  readonly name: string;
  /** `null` where it is in the last checkpoint of the run alone. */
  readonly policy: string | null;
  readonly reward: string;
  readonly config: TrainConfig;
  /** The browser profile that a run keeps its tasks in; `null` where there is no run. */
  readonly profile: string | null;
}

/**
 * @param name `starter` or another domain's models, the folder of a run, or the folder of a policy
 * @throws {InputError} when it is none of these, or a run that has saved nothing
 */
export function exportSource(name: string): ExportSource {
  const preset = PRESETS.find((each) => domainOf(each.config).models === name);
  const { config } = preset ?? findPreset(DEFAULT_PRESET);
  const shipped = shippedModels(config);
  const reward = join(shipped, 'reward');
  if (preset) return { name, policy: join(shipped, 'policy'), reward, config, profile: null };
  const path = resolve(name);
  const file = join(path, 'config.json');
  if (!existsSync(file))
    throw new InputError(
      `${name} is no run and no model: there is no config.json in it. Name the folder of a run, of a policy, or starter.`,
    );
  if (!RunFolder.isRun(path)) {
    // A model that was trained here is in `policy`, beside its tokenizer.
    const label = basename(path) === 'policy' ? basename(dirname(path)) : basename(path);
    return { name: label, policy: path, reward, config, profile: null };
  }
  const run = parseRunFile(file, 'exported');
  const policy = join(path, 'policy');
  const profile = join(path, 'browser');
  const hasPolicy = existsSync(join(policy, 'config.json'));
  if (run.config === undefined || (!hasPolicy && !existsSync(profile)))
    throw new InputError(
      `The run in ${name} has saved nothing yet. Continue it with train --resume --out ${name}, and export it then.`,
    );
  return {
    name: basename(path),
    policy: hasPolicy ? policy : null,
    reward: run.request.reward ?? join(shippedModels(run.config), 'reward'),
    config: run.config,
    profile,
  };
}
