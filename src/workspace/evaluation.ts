/** An evaluation, from a policy and a choice of tasks to samples: what the command line and the page have in common. */
import { unlessAborted } from '../abort.ts';
import type { Domain, Task } from '../domains/domain.ts';
import { DEFAULT_DOMAIN, domainOf, type TaskChoice } from '../domains/index.ts';
import {
  type Prompting,
  promptingOf,
  type PromptSettings,
  type SomePromptSettings,
} from '../domains/prompting.ts';
import { type EvaluatedPart, evaluateParts, fittingTasks } from '../evaluation/evaluate.ts';
import type { EvaluationFile, EvaluationPlan } from '../evaluation/files.ts';
import { notesOn, trainedWith, type TrainedWith } from '../evaluation/notes.ts';
import { printTasks } from '../evaluation/suite.ts';
import { type EvaluatedSplit, ofSplit } from '../evaluation/task-sets.ts';
import { hashWeights } from '../model/hash-weights.ts';
import { type Restriction, restrictionOf } from '../rl/restriction.ts';
import { promptSettings } from '../rl/config.ts';
import { evaluationTasks } from '../rl/sampling.ts';
import { DEFAULT_PRESET, findPreset, PRESETS } from '../run/presets.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import type { ModelWithVocabulary } from './run-models.ts';
import { openSampled, type SamplingWorkspace } from './sampled-policy.ts';
import type { Workspace } from './workspace.ts';

/** There is nothing to evaluate, or no room for it. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/** A top-k of 0 and a top-p of 1, the defaults, restrict nothing. */
export interface EvaluationRequest extends Restriction {
  /** What the policy is called. */
  readonly name: string;
  readonly policy: ModelWithVocabulary;
  /** What it was trained on; null where nobody knows. */
  readonly trained: TrainedWith | null;
  readonly tasks: { readonly name: string; readonly split: EvaluatedSplit; readonly choice: TaskChoice };
  /** Tasks at most, the first in the order of evaluations; null for all. */
  readonly limit: number | null;
  /** Completions of each task. */
  readonly samples: number;
  readonly seed: number;
  readonly temperature: number;
  /** Null for what the policy was trained with, or what the longest prompt needs if that is more. */
  readonly maxPromptTokens: number | null;
  /** Null for what the policy was trained with. */
  readonly maxCompletionTokens: number | null;
  /** For one answer. */
  readonly timeoutMs: number;
  /** How the policy is asked and read, where that is not as it was trained. */
  readonly prompts?: SomePromptSettings;
}

/** An evaluation of which nothing is sampled yet. */
export interface PreparedEvaluation {
  readonly policy: ModelWithVocabulary;
  readonly domain: Domain;
  readonly prompting: Prompting;
  /** Those that are evaluated, in order. */
  readonly tasks: readonly Task[];
  readonly plan: EvaluationPlan;
}

/** How the site's models of a domain are trained further. */
export function starterTraining(domain: string): TrainedWith {
  const preset = PRESETS.find(({ config }) => (config.domain ?? DEFAULT_DOMAIN) === domain);
  return trainedWith({ ...(preset ?? findPreset(DEFAULT_PRESET)).config, domain })!;
}

type Room = Pick<EvaluationPlan['settings'], 'maxPromptTokens' | 'maxCompletionTokens'>;

/** @throws EvaluationError where no prompt would fit */
function roomFor(
  longest: number,
  { policy, trained, tasks, maxPromptTokens: asked, maxCompletionTokens }: EvaluationRequest,
): Room {
  const { maxPositions } = policy.config;
  const usual = trained ?? starterTraining(domainOf(tasks.choice).name);
  const completion = maxCompletionTokens ?? usual.maxCompletionTokens;
  const left = maxPositions - completion;
  const prompt = asked ?? Math.min(left, Math.max(trained?.maxPromptTokens ?? 1, longest));
  if (prompt <= left && left > 0) return { maxPromptTokens: prompt, maxCompletionTokens: completion };
  throw new EvaluationError(
    `The policy reads up to ${maxPositions} tokens; with completions of up to ${completion}, ` +
      `${Math.max(0, left)} are left for the prompt. Lower the limit of completions or of prompts.`,
  );
}

/** What decides the prompts: nothing of a style that is not theirs. */
const promptsThatCount = ({ promptStyle, formatProfile, systemPrompt, shots, seed }: PromptSettings) => ({
  promptStyle,
  formatProfile,
  ...(promptStyle === 'chat' ? { systemPrompt } : {}),
  ...(promptStyle === 'few-shot' ? { shots, promptSeed: seed } : {}),
});

/**
 * Builds the tasks, leaves out those that do not fit, and says what a reader should know.
 * @throws EvaluationError; TaskFileError; PromptError, ChatTemplateError
 */
export async function prepareEvaluation(
  workspace: Pick<Workspace, 'tasks'>,
  request: EvaluationRequest,
): Promise<PreparedEvaluation> {
  const { policy, trained, samples, seed, temperature, timeoutMs, limit } = request;
  const { name, split, choice } = request.tasks;
  const domain = domainOf(choice);
  const set = await workspace.tasks(choice);
  const all = evaluationTasks(ofSplit(set, split));
  if (all.length === 0) throw new EvaluationError(`${name} has no tasks in the split ${split}.`);
  const prompts = promptSettings({ ...trained, ...request.prompts });
  const { chat, tokenizer } = policy;
  const prompting = promptingOf(prompts, { domain, train: set.train, chat, tokenizer });
  const lengths = all.map((task) => tokenizer.encode(prompting.promptOf(task)).length);
  const room = roomFor(Math.max(...lengths), request);
  const { fitting, tooLong } = fittingTasks(all, lengths, room.maxPromptTokens);
  const tasks = fitting.slice(0, limit ?? undefined);
  if (tasks.length === 0)
    throw new EvaluationError(
      `Every prompt of ${name} has more than the ${room.maxPromptTokens} tokens that there is room for; the shortest has ${Math.min(...lengths)}.`,
    );
  const [hash, suite] = await Promise.all([hashWeights(policy.weights), printTasks(tasks, domain)]);
  return {
    policy,
    domain,
    prompting,
    tasks,
    plan: {
      policy: { name: request.name, hash },
      tasks: { name, domain: domain.name, source: choice.tasks ?? name, split },
      settings: {
        samples,
        seed,
        temperature,
        ...restrictionOf(request),
        ...room,
        timeoutMs,
        ...promptsThatCount(prompts),
      },
      notes: notesOn(trained, { ...choice, domain: domain.name, split, ...room, ...prompts }),
      tooLong,
      suite,
    },
  };
}

export interface EvaluationWork {
  readonly device: DeviceChoice;
  /** Tasks that are done already. */
  readonly from: number;
  /** Takes a part; the next begins when that is done. */
  readonly keep: (part: EvaluatedPart, device: EvaluationFile['device']) => void | Promise<void>;
}

/**
 * Samples and verifies, a part after the other, and says where. An abort ends the policy's worker: nothing else stops what it computes.
 * @throws VerificationError, what `keep` throws; AbortError when the signal fires
 */
export async function computeEvaluation(
  workspace: SamplingWorkspace & Pick<Workspace, 'sandbox'>,
  { policy, domain, prompting, tasks, plan }: PreparedEvaluation,
  { device: choice, from, keep }: EvaluationWork,
  signal: AbortSignal,
): Promise<EvaluationFile['device']> {
  const stop = (): void => workspace.policy.close();
  signal.addEventListener('abort', stop);
  try {
    const { samples, seed, temperature, maxPromptTokens, maxCompletionTokens, timeoutMs } = plan.settings;
    const limits = { maxPromptTokens, maxCompletionTokens, ...restrictionOf(plan.settings) };
    const sampled = { prompts: tasks.length, group: samples, ...limits };
    const { api, device } = await unlessAborted(openSampled(workspace, choice, policy, sampled), signal);
    const { kind, reason } = device;
    const sampling = { samples, seed, temperature, ...limits };
    await workspace.sandbox.use(async (sandbox) => {
      const verifier = domain.verifier({ sandbox, timeoutMs });
      const ports = { policy: api, domain, prompting, verifier, tokenizer: policy.tokenizer };
      for await (const part of evaluateParts(ports, tasks, sampling, from, signal))
        await keep(part, { kind, reason });
    });
    return { kind, reason };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
