/** What `sft` asks of the page: a policy is fine-tuned on worked solutions of its tasks. */
import { counted } from '../counted.ts';
import { freshState } from '../host/host.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import { demonstrationsOf } from '../recipes/demonstrations.ts';
import { parseConfig } from '../rl/config.ts';
import { fineTune } from '../rl/fine-tune.ts';
import { findPreset, withOwnTasks } from '../run/presets.ts';
import type { BundledModels } from '../workspace/bundled.ts';
import { readRunModels, RunModelError } from '../workspace/run-models.ts';
import { withRunParts } from '../workspace/run-parts.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { policyFiles } from './policy-files.ts';
import { type Emit, loadingTo, progressOf } from './progress.ts';
import type { SftRequest, TrainedModels } from './requests.ts';
import { sendFiles, servedModels } from './served.ts';
import { takeTasks } from './task-files.ts';

const ACTIVITY = 'Fine-tuning the policy';

/** @throws RunModelError where no task can be learned from; what reading the model or the tasks throws */
export async function superviseOnTasks(
  workspace: Workspace,
  request: SftRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<TrainedModels> {
  const begin = performance.now();
  const { preset, seed, steps, batch, learningRate: rate, device, overrides, upload } = request;
  const tasks = request.tasks && (await takeTasks(workspace, request.tasks, signal, emit));
  const base = findPreset(preset).config;
  const config = parseConfig({ ...(tasks ? withOwnTasks(base, tasks) : base), ...overrides, preset, seed });
  const options = {
    device,
    config,
    models: (site: BundledModels) => readRunModels(servedModels({ ...request, reward: null }), config, site),
    hasSteps: false,
    report: loadingTo(emit),
    signal,
  };
  return withRunParts(workspace, options, async ({ models, start, policy, ports }) => {
    const { domain, prompting, tokenizer, tasks: chosen } = ports(emit);
    const { maxPromptTokens, maxCompletionTokens, microBatch } = config;
    const endId = models.policy.config.endIds[0];
    if (endId === undefined) throw new RuntimeError('The policy has no token that ends a text.');
    const room = { maxPromptTokens, maxCompletionTokens };
    const material = { domain, prompting, tokenizer, endId, ...room };
    const { examples, unsolved, tooLong } = demonstrationsOf(chosen.train, material);
    const left = [
      ...(unsolved > 0 ? [`${unsolved} without a worked solution`] : []),
      ...(tooLong > 0
        ? [`${tooLong} longer than ${maxPromptTokens} + ${maxCompletionTokens} tokens allow`]
        : []),
    ].join(', ');
    if (examples.length === 0)
      throw new RunModelError(
        `There is nothing to learn from: of ${counted(chosen.train.length, 'train task')}, ${left}. ` +
          'Nothing was trained: choose tasks with worked solutions, or raise maxPromptTokens or maxCompletionTokens.',
      );
    if (left !== '') emit({ type: 'notice', message: `Not learned from: ${left}.` });
    const lengths = examples.map(({ prompt, completion }) => prompt.length + completion.length);
    const tuning = { seed, steps, batch, rate, microBatch, minTokens: Math.max(...lengths) };
    await policy.load(freshState(start.policy));
    const progress = progressOf(emit, ACTIVITY);
    progress(0, steps);
    const losses: number[] = [];
    const loss = await fineTune(
      policy,
      (random) => random.pick(examples),
      tuning,
      (step, now) => {
        losses.push(now);
        progress(step, steps);
        signal.throwIfAborted();
      },
    );
    const { parameters } = await policy.snapshot();
    const site = await workspace.bundled(config);
    const files = await sendFiles(
      upload,
      await policyFiles(config, models.policy, parameters, site, 'merged'),
    );
    return {
      files,
      metrics: { 'loss/first': losses[0]!, loss, examples: examples.length },
      seconds: (performance.now() - begin) / 1000,
    };
  });
}
