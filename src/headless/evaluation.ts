/** What `eval` asks of the page: a policy's samples on a list of tasks, verified, and what they come to. */
import { DEFAULT_DOMAIN, domainOf } from '../domains/index.ts';
import type { Task, TaskSet } from '../domains/domain.ts';
import { evaluateTasks, fittingTasks } from '../evaluation/evaluate.ts';
import { type EvaluationFile, jsonLines, matrixOf } from '../evaluation/files.ts';
import { notesOn, trainedWith, type TrainedWith } from '../evaluation/notes.ts';
import { reportOf } from '../evaluation/report.ts';
import { printTasks } from '../evaluation/suite.ts';
import { freshState } from '../host/host.ts';
import type { ModelConfig } from '../model/config.ts';
import { parameterLayout } from '../model/parameters.ts';
import { hashWeights } from '../reward/benchmark/build.ts';
import { DEFAULT_PRESET, findPreset, PRESETS } from '../run/presets.ts';
import { evaluationTasks } from '../rl/sampling.ts';
import { unlessAborted } from '../abort.ts';
import { type ModelWithVocabulary, RunModelError } from '../workspace/run-models.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { AutomationEvent, EvaluatedPolicy, EvaluateRequest, EvaluateResult } from './requests.ts';
import { policyOf, sendFiles } from './served.ts';
import { takeTasks } from './task-files.ts';

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

/** How the site's models of a domain are trained further. */
function starterTraining(domain: string): TrainedWith {
  const preset = PRESETS.find(({ config }) => (config.domain ?? DEFAULT_DOMAIN) === domain);
  return trainedWith({ ...(preset ?? findPreset(DEFAULT_PRESET)).config, domain })!;
}

const ofSplit = ({ train, heldOut }: TaskSet, split: EvaluateRequest['tasks']['split']): readonly Task[] =>
  split === 'all' ? [...train, ...heldOut] : split === 'train' ? train : heldOut;

/** The policy that was asked for, as far as it can be told what it was trained on. */
async function openEvaluated(workspace: Workspace, { policy: asked, trained, tasks }: EvaluateRequest) {
  const bundled = asked.model === null && asked.run === null;
  const known = bundled ? starterTraining(domainOf(tasks).name) : trained;
  // A run has the vocabulary of its domain's models, unless it brought another.
  const site = await workspace.bundled(known ?? tasks);
  const policy = await policyOf(asked.model, site);
  return { policy, trained: known, weights: await weightsOf(workspace, asked, policy) };
}

interface Room {
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
}

/** @throws EvaluationError where no prompt would fit */
function roomFor(
  { maxPositions }: ModelConfig,
  longest: number,
  trained: TrainedWith | null,
  { tasks, maxPromptTokens: asked, maxCompletionTokens }: EvaluateRequest,
): Room {
  const completion =
    maxCompletionTokens ?? (trained ?? starterTraining(domainOf(tasks).name)).maxCompletionTokens;
  const left = maxPositions - completion;
  const prompt = asked ?? Math.min(left, Math.max(trained?.maxPromptTokens ?? 1, longest));
  if (prompt <= left && left > 0) return { maxPromptTokens: prompt, maxCompletionTokens: completion };
  throw new EvaluationError(
    `The policy reads up to ${maxPositions} tokens; with completions of up to ${completion}, ` +
      `${Math.max(0, left)} are left for the prompt. Lower --max-completion-tokens or --max-prompt-tokens.`,
  );
}

/** @throws EvaluationError where there is nothing to evaluate, or no room for it; RunModelError */
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
  const { samples, seed, temperature, timeoutMs } = request;
  const { name, split, file: own, ...known } = request.tasks;
  const choice = own === null ? known : await takeTasks(workspace, own, signal, emit);
  const asked: EvaluateRequest = { ...request, tasks: { name, split, file: own, ...choice } };
  const domain = domainOf(choice);
  progress('Loading', 0, 1);
  const { policy, trained, weights } = await opened(openEvaluated(workspace, asked));
  const all = evaluationTasks(ofSplit(await opened(workspace.tasks(choice)), split));
  if (all.length === 0) throw new EvaluationError(`${name} has no tasks in the split ${split}.`);
  const lengths = all.map((task) => policy.tokenizer.encode(domain.promptOf(task)).length);
  const room = roomFor(policy.config, Math.max(...lengths), trained, asked);
  const { fitting, tooLong } = fittingTasks(all, lengths, room.maxPromptTokens);
  const tasks = fitting.slice(0, request.limit ?? undefined);
  if (tasks.length === 0)
    throw new EvaluationError(
      `Every prompt of ${name} has more than the ${room.maxPromptTokens} tokens that there is room for; the shortest has ${Math.min(...lengths)}.`,
    );

  const settings = { samples, seed, temperature, ...room };
  const open = await opened(workspace.policy.get({ device: request.device, config: policy.config }));
  const stop = (): void => workspace.policy.close();
  signal.addEventListener('abort', stop);
  try {
    await open.api.load(freshState(weights));
    const rollouts = await workspace.sandbox.use((sandbox) => {
      const verifier = domain.verifier({ sandbox, timeoutMs });
      const ports = { policy: open.api, domain, verifier, tokenizer: policy.tokenizer };
      const report = (done: number): void => progress('Sampling and verifying', done, tasks.length);
      return evaluateTasks(ports, tasks, settings, report, signal);
    });
    const { kind, reason } = open.device;
    const file: EvaluationFile = {
      policy: { name: request.policy.name, hash: await hashWeights(weights) },
      tasks: { name, domain: domain.name, source: choice.tasks ?? name, split },
      settings: { ...settings, timeoutMs },
      notes: notesOn(trained, { ...choice, domain: domain.name, split, ...room }),
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
