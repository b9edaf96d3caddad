/**
 * What a policy makes of one task: a few samples, each verified by all its tests. It is asked as it was trained, and in a
 * chat where nobody knows that and it has a template.
 */
import { domainOf } from '../domains/index.ts';
import type { Task, Verification } from '../domains/domain.ts';
import { promptingOf, type PromptSettings } from '../domains/prompting.ts';
import { type TrainedWith, trainedWith } from '../evaluation/notes.ts';
import type { ChatFormat } from '../model/chat-template.ts';
import { fullConfig, promptSettings } from '../rl/config.ts';
import { sampleStrictly } from '../rl/sampling.ts';
import { DEFAULT_PRESET, findPreset } from '../run/presets.ts';
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

/** Of a model that nobody here has trained: an answer in a chat takes more words. */
const CHAT_TOKENS = 256;
const IN_CHAT = { promptStyle: 'chat', formatProfile: 'chat' } as const;

/** How it was trained; null where nobody knows. */
function trainingOf(policy: KnownPolicy, domain: string): TrainedWith | null {
  switch (policy.place) {
    case 'site':
      return starterTraining(domain);
    case 'run':
      return trainedWith(fullConfig(policy.run.config));
    case 'import':
      return policy.trained;
    case 'hub':
      return null;
  }
}

export interface Asking {
  readonly trained: TrainedWith | null;
  readonly prompts: PromptSettings;
  readonly maxCompletionTokens: number;
}

/** As it was trained; where nobody knows that in a chat, if the model has a template of its own. */
export function askingOf(policy: KnownPolicy, domain: string, chat: ChatFormat | null): Asking {
  const trained = trainingOf(policy, domain);
  if (trained === null && chat !== null)
    return { trained, prompts: promptSettings(IN_CHAT), maxCompletionTokens: CHAT_TOKENS };
  const { maxCompletionTokens } = trained ?? starterTraining(domain);
  return { trained, prompts: promptSettings(trained ?? {}), maxCompletionTokens };
}

/** @throws RunModelError where the policy has no room for the prompt */
function promptTokens(length: number, room: number): number {
  if (length <= room) return Math.min(room, Math.ceil(length / PROMPT_STEP) * PROMPT_STEP);
  throw new RunModelError(
    `The prompt has ${length} tokens, and beside a completion this policy reads ${Math.max(0, room)}. Nothing was sampled: shorten the prompt, or choose a policy that reads more.`,
  );
}

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
    const { trained, prompts, maxCompletionTokens } = askingOf(policy, name, chat);
    const train =
      trained !== null && prompts.promptStyle === 'few-shot' ? (await workspace.tasks(trained)).train : [];
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
