/** What a policy makes of one task: a few samples, each verified by all its tests. */
import { domainOf } from '../domains/index.ts';
import type { Task, Verification } from '../domains/domain.ts';
import { type PromptSettings, promptingOf } from '../domains/prompting.ts';
import { fullConfig, promptSettings } from '../rl/config.ts';
import { sampleStrictly } from '../rl/sampling.ts';
import { DEFAULT_PRESET, findPreset } from '../run/presets.ts';
import type { RunRecord } from '../store/index.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import { starterTraining } from './evaluation.ts';
import { type KnownPolicy, openPolicy, policySources } from './policies.ts';
import { policyTurn } from './policy-turn.ts';
import { RunModelError } from './run-models.ts';
import { openSampled } from './sampled-policy.ts';
import type { Workspace } from './workspace.ts';

export interface TryRequest {
  readonly policy: KnownPolicy;
  readonly domain: string;
  readonly task: Task;
  readonly samples: number;
  readonly seed: number;
  readonly device: DeviceChoice;
}

export interface TriedSample {
  /** Without end-of-text. */
  readonly text: string;
  readonly reasoning: string | null;
  readonly answer: string | null;
  /** Tokens, end-of-text included. */
  readonly length: number;
  readonly truncated: boolean;
  readonly verification: Verification;
}

/** Prompts are padded to a multiple, so that few graphs serve them all. */
const PROMPT_STEP = 32;
const TEMPERATURE = 1;

/** Tokens for a completion: those of the run, or those that the site's models of the domain are trained with. */
const completionTokens = (policy: KnownPolicy, domain: string): number =>
  policy.place === 'run'
    ? fullConfig(policy.run.config).maxCompletionTokens
    : starterTraining(domain).maxCompletionTokens;

/** @throws RunModelError where the policy has no room for the prompt */
function promptTokens(length: number, room: number): number {
  if (length <= room) return Math.min(room, Math.ceil(length / PROMPT_STEP) * PROMPT_STEP);
  throw new RunModelError(
    `The prompt has ${length} tokens, and beside a completion this policy reads ${Math.max(0, room)}. Nothing was sampled: shorten the prompt, or choose a policy that reads more.`,
  );
}

/** The tasks that a run's examples are of; none where it shows none. */
const trainTasks = async (
  workspace: Workspace,
  { config }: RunRecord,
  { promptStyle }: PromptSettings,
): Promise<readonly Task[]> => (promptStyle === 'few-shot' ? (await workspace.tasks(config)).train : []);

/**
 * Waits for its turn after what trains, and computes then.
 * @throws RunModelError, PromptError, VerificationError, what opening a policy throws; AbortError when the signal fires
 */
export function tryPolicy(
  workspace: Workspace,
  { policy, domain: name, task, samples, seed, device }: TryRequest,
  begun: () => void,
  signal: AbortSignal,
): Promise<TriedSample[]> {
  const domain = domainOf({ domain: name });
  const work = async (): Promise<TriedSample[]> => {
    begun();
    const { config, weights, tokenizer, chat } = await openPolicy(policy, name, policySources(workspace));
    // The worker that an abort has ended is not to be started again.
    signal.throwIfAborted();
    const maxCompletionTokens = completionTokens(policy, name);
    const prompts = promptSettings(policy.place === 'run' ? policy.run.config : {});
    const train = policy.place === 'run' ? await trainTasks(workspace, policy.run, prompts) : [];
    const prompting = promptingOf(prompts, { domain, train, chat, tokenizer });
    const length = tokenizer.encode(prompting.promptOf(task)).length;
    const maxPromptTokens = promptTokens(length, config.maxPositions - maxCompletionTokens);
    const room = { maxPromptTokens, maxCompletionTokens };
    const sampled = { prompts: 1, group: samples, ...room };
    const { api } = await openSampled(workspace, device, { config, weights }, sampled);
    const settings = { samples, seed, temperature: TEMPERATURE, ...room };
    return workspace.sandbox.use(async (sandbox) => {
      const { timeoutMs } = findPreset(DEFAULT_PRESET).config;
      const verifier = domain.verifier({ sandbox, timeoutMs });
      const ports = { policy: api, domain, prompting, verifier, tokenizer };
      const all = await sampleStrictly(ports, [task], settings, 0, signal);
      return all.map(({ text, parsed, completion: { tokens, truncated }, verification }) => ({
        text,
        ...parsed,
        length: tokens.length,
        truncated,
        verification,
      }));
    });
  };
  return policyTurn(workspace, `try ${task.id}`, work, signal);
}
