/** What the Reward lab works with: the reward model on the desk, and what is known of the starter world. */
import type { ModelConfig } from '../../../model/config.ts';
import { freshState } from '../../../host/host.ts';
import type { BundledModels } from '../../../workspace/bundled.ts';
import type { Remote } from '../../../workspace/workers.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import type { StudyApi, TaskSummary } from '../../../../workers/study.ts';

export interface Tools {
  readonly site: BundledModels;
  readonly config: ModelConfig;
  readonly tasks: readonly TaskSummary[];
  readonly study: Remote<StudyApi>;
  /** Raw scores of texts of prompt and reasoning. */
  score(texts: readonly string[]): Promise<number[]>;
  /** Tokens of each text. */
  lengths(texts: readonly string[]): Promise<number[]>;
  load(weights: Float32Array): Promise<void>;
}

/** @throws AssetError when a file of the site is missing; WorkerStoppedError when a worker could not start */
export async function openTools(workspace: Workspace): Promise<Tools> {
  const site = await workspace.bundled();
  const { config, weights } = site.reward;
  const [{ api: study }, scorer] = await Promise.all([
    workspace.study.get(),
    workspace.scorer({ config, tokenizerJson: site.tokenizerJson }),
  ]);
  const [tasks] = await Promise.all([study.tasks(), scorer.load(freshState(weights))]);
  return {
    site,
    config,
    tasks,
    study,
    score: scorer.scoreRaw,
    lengths: scorer.lengths,
    load: (own) => scorer.load(freshState(own)),
  };
}
