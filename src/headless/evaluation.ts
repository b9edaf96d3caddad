/** What `eval` asks of the page: a policy's samples on a list of tasks, verified, and what they come to. */
import { domainOf } from '../domains/index.ts';
import type { Task, TaskSet } from '../domains/domain.ts';
import { evaluateTasks, fittingTasks } from '../evaluation/evaluate.ts';
import { type EvaluationFile, jsonLines, matrixOf } from '../evaluation/files.ts';
import { notesOn } from '../evaluation/notes.ts';
import { reportOf } from '../evaluation/report.ts';
import { printTasks } from '../evaluation/suite.ts';
import { freshState } from '../host/host.ts';
import { parameterLayout } from '../model/parameters.ts';
import { hashWeights } from '../reward/benchmark/build.ts';
import { evaluationTasks } from '../rl/sampling.ts';
import { unlessAborted } from '../abort.ts';
import { type ModelWithVocabulary, RunModelError } from '../workspace/run-models.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { AutomationEvent, EvaluatedPolicy, EvaluateRequest, EvaluateResult } from './requests.ts';
import { policyOf, sendFiles } from './served.ts';

/** There is nothing to evaluate, or no room for it. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

async function weightsOf(
  workspace: Workspace,
  { run }: EvaluatedPolicy,
  { config, weights }: ModelWithVocabulary,
): Promise<Float32Array> {
  if (run === null) return weights;
  const store = await workspace.store.get();
  const checkpoint = await store.loadCheckpoint(run);
  const parameters = checkpoint?.parts['parameters'];
  if (!(parameters instanceof Float32Array))
    throw new RunModelError('The run has saved no weights yet. Let it train further, then evaluate it.');
  if (parameters.length !== parameterLayout(config).size)
    throw new RunModelError(
      `The run’s policy has ${parameters.length} weights, the model it should have started from ${parameterLayout(config).size}. ` +
        'Nothing was changed: put the policy that the run started from back into its folder.',
    );
  return parameters;
}

const ofSplit = ({ train, heldOut }: TaskSet, split: EvaluateRequest['tasks']['split']): readonly Task[] =>
  split === 'all' ? [...train, ...heldOut] : split === 'train' ? train : heldOut;

export async function evaluatePolicy(
  workspace: Workspace,
  request: EvaluateRequest,
  signal: AbortSignal,
  emit: (event: AutomationEvent) => void,
): Promise<EvaluateResult> {
  const begin = performance.now();
  const progress = (activity: string, done: number, total: number): void =>
    emit({ type: 'progress', activity, done, total });
  const opened = <T>(promise: Promise<T>): Promise<T> => unlessAborted(promise, signal);
  const {
    policy: asked,
    tasks: chosen,
    samples,
    seed,
    temperature,
    maxCompletionTokens,
    timeoutMs,
  } = request;
  const { name, split, ...choice } = chosen;
  const domain = domainOf(choice);
  progress('Loading', 0, 1);
  const policy = await opened(workspace.bundled(choice).then((site) => policyOf(asked.model, site)));
  const weights = await opened(weightsOf(workspace, asked, policy));
  const all = evaluationTasks(ofSplit(await opened(workspace.tasks(choice)), split));
  if (all.length === 0) throw new EvaluationError(`${name} has no tasks in the split ${split}.`);

  const room = policy.config.maxPositions - maxCompletionTokens;
  const lengths = all.map((task) => policy.tokenizer.encode(domain.promptOf(task)).length);
  const wanted = Math.max(request.trained?.maxPromptTokens ?? 1, ...lengths);
  const maxPromptTokens = request.maxPromptTokens ?? Math.min(room, wanted);
  if (maxPromptTokens > room || room < 1)
    throw new EvaluationError(
      `The policy reads up to ${policy.config.maxPositions} tokens; with completions of up to ${maxCompletionTokens}, ` +
        `${Math.max(0, room)} are left for the prompt. Lower --max-completion-tokens or --max-prompt-tokens.`,
    );
  const { fitting, tooLong } = fittingTasks(all, lengths, maxPromptTokens);
  const tasks = fitting.slice(0, request.limit ?? undefined);
  if (tasks.length === 0)
    throw new EvaluationError(
      `Every prompt of ${name} has more than the ${maxPromptTokens} tokens that there is room for; the shortest has ${Math.min(...lengths)}.`,
    );

  const settings = { samples, seed, temperature, maxPromptTokens, maxCompletionTokens };
  const open = await opened(workspace.policy.get({ device: request.device, config: policy.config }));
  const stop = (): void => workspace.policy.close();
  signal.addEventListener('abort', stop);
  try {
    await open.api.load(freshState(weights));
    const rollouts = await workspace.sandbox.use((sandbox) =>
      evaluateTasks(
        {
          policy: open.api,
          domain,
          verifier: domain.verifier({ sandbox, timeoutMs }),
          tokenizer: policy.tokenizer,
        },
        tasks,
        settings,
        (done) => progress('Sampling and verifying', done, tasks.length),
        signal,
      ),
    );
    const { kind, reason } = open.device;
    const file: EvaluationFile = {
      policy: { name: asked.name, hash: await hashWeights(weights) },
      tasks: { name, domain: domain.name, source: choice.tasks ?? name, split },
      settings: { ...settings, timeoutMs },
      notes: notesOn(request.trained, { ...choice, domain: domain.name, split, ...settings }),
      tooLong,
      report: reportOf(rollouts, request.ks, seed),
      device: { kind, reason },
      seconds: (performance.now() - begin) / 1000,
      suite: await printTasks(tasks, domain),
    };
    if (request.upload !== null)
      await sendFiles(request.upload, [['rollouts.jsonl', new TextEncoder().encode(jsonLines(rollouts))]]);
    return { file, matrix: matrixOf(rollouts) };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
