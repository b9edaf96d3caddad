/** Preference pairs that a policy writes: what the command line and the page have in common. */
import type { Task } from '../domains/domain.ts';
import { askedInChat } from '../domains/prompting.ts';
import { buildPairs, type BuildOptions, type PairSet } from '../reward/pairs/build.ts';
import {
  policyText,
  policyWriter,
  type TextPort,
  textsFor,
  writingSettings,
} from '../reward/pairs/policy.ts';
import type { PairTemplates } from '../reward/pairs/templates.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import { policyTurn } from './policy-turn.ts';
import type { ModelWithVocabulary } from './run-models.ts';
import { openSampled, type SamplingWorkspace } from './sampled-policy.ts';
import type { Workspace } from './workspace.ts';

export interface WritingRequest {
  /** Reads the weights; called when the turn has come. */
  readonly open: () => Promise<ModelWithVocabulary>;
  readonly tasks: readonly Task[];
  readonly templates: PairTemplates;
  /** Whether the policy reads what a template says by itself or in a chat; null for a chat where it has a template of its own. */
  readonly asked: 'plain' | 'chat' | null;
  readonly options: BuildOptions;
  readonly device: DeviceChoice;
}

/**
 * Waits for its turn after what trains, and lets the policy write then.
 * @param report texts written so far, of at most so many; called with 0 when the turn has come
 * @throws what `open` throws; PromptError, ChatTemplateError; AbortError when the signal fires
 */
export function writePairsByPolicy(
  workspace: SamplingWorkspace & Pick<Workspace, 'queue'>,
  { open, tasks, templates, asked, options, device }: WritingRequest,
  report: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<PairSet> {
  const of = textsFor(tasks.length, options);
  const work = async (): Promise<PairSet> => {
    report(0, of);
    const { config, weights, tokenizer, chat } = await open();
    signal.throwIfAborted();
    const settings = writingSettings(config.maxPositions);
    const sampled = { prompts: settings.microBatch, group: 1, ...settings };
    const { api } = await openSampled(workspace, device, { config, weights }, sampled);
    const inChat = asked === null ? chat !== null : asked === 'chat';
    const promptOf = inChat ? askedInChat({ chat, tokenizer }) : (text: string) => tokenizer.opening + text;
    let done = 0;
    const port = policyText(api, tokenizer, settings, (texts) => {
      done += texts;
      report(done, of);
    });
    const asking: TextPort = {
      complete: (texts, ...rest) => port.complete(texts.map(promptOf), ...rest),
    };
    return buildPairs(policyWriter(asking, templates), tasks, options, signal);
  };
  return policyTurn(workspace, 'write pairs', work, signal);
}
