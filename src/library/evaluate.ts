/** Evaluation of a policy in this thread. */
import type { Task } from '../domains/domain.ts';
import { promptingOf, type PromptSettings } from '../domains/prompting.ts';
import { evaluateTasks } from '../evaluation/evaluate.ts';
import type { EvaluatedSample } from '../evaluation/records.ts';
import { checkKs, type EvaluationReport, reportOf } from '../evaluation/report.ts';
import { freshState } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import { buildProgram } from '../programs/index.ts';
import { promptSettings } from '../rl/config.ts';
import { Policy } from '../rl/policy.ts';
import { EVAL_SEED } from '../rl/sampling.ts';
import { createPlainRuntime } from '../runtime/ort/plain.ts';
import { NO_MEANS, type TaskDomain } from './domain.ts';
import { checkKind, type Model } from './models.ts';

export interface EvaluateOptions<T extends Task> {
  readonly domain: TaskDomain<T>;
  readonly tasks: readonly T[];
  readonly policy: Model;
  /** Completions of each task. Default: 1. */
  readonly samples?: number;
  /** For pass@k, none above the number of samples. Default: 1. */
  readonly ks?: readonly number[];
  readonly seed?: number;
  readonly temperature?: number;
  /** Samples from the k most likely tokens alone. Default: 0, from all. */
  readonly topK?: number;
  /** Samples from the fewest most likely tokens that have this share of the probability together. Default: 1, from all. */
  readonly topP?: number;
  /** How the policy is asked and read. Default: the task alone, in the strict form. */
  readonly prompts?: Partial<PromptSettings>;
  /** Tasks that the examples of few-shot prompts are of. */
  readonly examples?: readonly T[];
  /** Default: what the longest prompt needs. */
  readonly maxPromptTokens?: number;
  /** Default: 128. */
  readonly maxCompletionTokens?: number;
  /** Hears how many tasks are done. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
  /** Address of the folder with ONNX Runtime’s own files, where a bundler does not find them. */
  readonly runtimeFiles?: string;
}

export interface Evaluation {
  readonly report: EvaluationReport;
  /** Every sample, in order of tasks and samples. */
  readonly samples: readonly EvaluatedSample[];
}

/**
 * Samples completions of each task, verifies them by every check, and says what they come to: pass@k (unbiased; Chen et
 * al., arXiv 2107.03374) and more, with 95 % intervals. The same options give the same samples.
 * @throws PassAtKError where a k is above the number of samples; RangeError for a top-k or top-p that leaves nothing;
 * PromptTooLongError; PromptError; AbortError
 */
export async function evaluate<T extends Task>(options: EvaluateOptions<T>): Promise<Evaluation> {
  const { tasks, policy: model, samples = 1, seed = EVAL_SEED, temperature = 1 } = options;
  const { domain } = options.domain;
  checkKind(model, 'policy');
  const ks = checkKs(options.ks ?? [1], samples);
  const { tokenizer } = model;
  const prompting = promptingOf(promptSettings(options.prompts ?? {}), {
    domain,
    train: options.examples ?? [],
    chat: model.chat,
    tokenizer,
  });
  const longest = Math.max(1, ...tasks.map((task) => tokenizer.encode(prompting.promptOf(task)).length));
  const { config, weights } = model.loaded;
  const policy = new Policy(new LocalHost(createPlainRuntime(options.runtimeFiles), buildProgram), {
    config,
  });
  try {
    await policy.load(freshState(weights));
    const all = await evaluateTasks(
      { policy, domain, prompting, verifier: domain.verifier(NO_MEANS), tokenizer },
      tasks,
      {
        samples,
        seed,
        temperature,
        topK: options.topK ?? 0,
        topP: options.topP ?? 1,
        maxPromptTokens: options.maxPromptTokens ?? longest,
        maxCompletionTokens: options.maxCompletionTokens ?? 128,
      },
      options.onProgress ?? (() => {}),
      options.signal ?? new AbortController().signal,
    );
    return { report: reportOf(all, ks, seed), samples: all };
  } finally {
    await policy.dispose();
  }
}
