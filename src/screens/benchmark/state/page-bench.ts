/** This page as what policies are evaluated with. */
import { DEFAULT_PRESET, findPreset } from '../../../run/presets.ts';
import type { DeviceChoice } from '../../../runtime/device.ts';
import { computeEvaluation, prepareEvaluation, starterTraining } from '../../../workspace/evaluation.ts';
import { downloadedIn, openPolicy, policySources } from '../../../workspace/policies.ts';
import { RunModelError } from '../../../workspace/run-models.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import { text } from '../text.ts';
import type { Bench } from './benchmark-run.ts';
import { policyOptions, type PolicyOption, SITE_ALONE } from './options.ts';
import { promptsOf, SITE_POLICY } from './plan.ts';

export interface BenchOptions {
  readonly workspace: Workspace;
  readonly device: () => DeviceChoice;
}

export function pageBench({ workspace, device }: BenchOptions): Bench {
  const sources = policySources(workspace);
  /** As it is now: a run may have gone on since it was chosen. @throws RunModelError where it is gone */
  const find = async (id: string): Promise<PolicyOption> => {
    const all =
      id === SITE_POLICY
        ? SITE_ALONE
        : await policyOptions(await workspace.store.get(), () => downloadedIn(workspace));
    const found = all.find((each) => each.id === id);
    if (!found) throw new RunModelError(text.failure.gone);
    return found;
  };
  return async (plan, { id, name }) => {
    const { policy, trained } = await find(id);
    const { tasks, limit, samples, temperature, seed, maxCompletionTokens, topK, topP, prompts } = plan;
    const { domain } = tasks.choice;
    const prepared = await prepareEvaluation(workspace, {
      name,
      policy: await openPolicy(policy, domain, sources),
      trained: policy.place === 'site' ? starterTraining(domain) : trained,
      tasks,
      limit,
      samples,
      seed,
      temperature,
      topK,
      topP,
      maxPromptTokens: null,
      maxCompletionTokens,
      prompts: promptsOf(prompts),
      timeoutMs: findPreset(DEFAULT_PRESET).config.timeoutMs,
    });
    return {
      plan: prepared.plan,
      compute: (work, signal) =>
        computeEvaluation(workspace, prepared, { device: device(), ...work }, signal),
    };
  };
}
