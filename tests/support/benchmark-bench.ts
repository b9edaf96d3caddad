/** Evaluations without models: samples that depend on policy, task and place alone, part by part, when they are told to. */
import { verificationOf } from '../../src/domains/code/verifier.ts';
import type { EvaluationPlan } from '../../src/evaluation/files.ts';
import type { EvaluatedSample, Outcome } from '../../src/evaluation/records.ts';
import type { Bench, BenchWork, Prepared } from '../../src/screens/benchmark/state/benchmark-run.ts';
import { AS_TRAINED, type Plan } from '../../src/screens/benchmark/state/plan.ts';
import { verdictOf } from './rollout.ts';

export const PLAN: Plan = {
  policies: [
    { id: 'site', name: 'Bundled policy' },
    { id: 'run-1', name: 'A run: step 10' },
  ],
  tasks: {
    name: 'starter',
    split: 'held-out',
    choice: { domain: 'code', tasks: 'starter', taskSettings: {} },
  },
  limit: 5,
  samples: 2,
  ks: [1, 2],
  temperature: 1,
  seed: 0,
  maxCompletionTokens: null,
  topK: 0,
  topP: 1,
  prompts: AS_TRAINED,
};

const TASKS_IN_PART = 2;
const OUTCOMES: readonly Outcome[] = ['passes', 'visible only', 'fails', 'no form'];

const sampleOf = (policy: string, task: number, sample: number): EvaluatedSample => {
  const outcome = OUTCOMES[(policy.length * 7 + task * 3 + sample) % OUTCOMES.length]!;
  return {
    task: `t${task}`,
    family: task % 2 === 0 ? 'even' : 'odd',
    sample,
    outcome,
    passed: outcome === 'passes' ? 1 : 0,
    total: 1,
    weak: false,
    length: 10 + task,
    truncated: false,
    agreement: outcome === 'no form' ? null : sample === 0,
    measures: {},
    text: `${policy} ${task} ${sample}`,
    reasoning: null,
    answer: null,
    tokens: [1],
    logprobs: [-1],
    entropy: 0.5,
    verification: verificationOf(verdictOf(outcome === 'passes' ? 'pass' : 'wrong', 0, 1), 1),
  };
};

export class ManualEvaluations {
  /** Parts that were begun: policy and first task. */
  readonly asked: string[] = [];
  /** Policies that cannot be prepared, and why. */
  readonly broken = new Map<string, string>();
  /** What the weights of a policy hash to, where that is not its id. */
  readonly hashes = new Map<string, string>();
  #next: ((error?: Error) => void) | null = null;

  /** Lets the part in progress end. */
  end(error?: Error): void {
    this.#next?.(error);
  }

  readonly bench: Bench = async (plan, { id, name }): Promise<Prepared> => {
    const why = this.broken.get(id);
    if (why !== undefined) throw new Error(why);
    const tasks = plan.limit ?? 5;
    return {
      plan: this.#plan(plan, id, name, tasks),
      compute: (work, signal) => this.#compute(plan, id, tasks, work, signal),
    };
  };

  #plan(
    { tasks: { name, split, choice }, samples, seed }: Plan,
    id: string,
    policy: string,
    tasks: number,
  ): EvaluationPlan {
    return {
      policy: { name: policy, hash: this.hashes.get(id) ?? id },
      tasks: { name, domain: choice.domain, source: choice.tasks, split },
      settings: {
        samples,
        seed,
        temperature: 1,
        maxPromptTokens: 48,
        maxCompletionTokens: 88,
        timeoutMs: 1000,
      },
      notes: [],
      tooLong: [],
      suite: Array.from({ length: tasks }, (_, i) => ({
        task: `t${i}`,
        family: i % 2 === 0 ? 'even' : 'odd',
        prompt: 'p',
        checks: 'c',
      })),
    };
  }

  async #compute(
    plan: Plan,
    id: string,
    tasks: number,
    { from, keep }: BenchWork,
    signal: AbortSignal,
  ): Promise<void> {
    for (let at = from; at < tasks; at += TASKS_IN_PART) {
      this.asked.push(`${id} ${at}`);
      await new Promise<void>((resolve, reject) => {
        this.#next = (error) => (error ? reject(error) : resolve());
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
      const samples = Array.from({ length: Math.min(TASKS_IN_PART, tasks - at) }, (_, i) =>
        Array.from({ length: plan.samples }, (__, sample) => sampleOf(id, at + i, sample)),
      ).flat();
      await keep({ at, samples }, { kind: 'wasm', reason: 'test' });
    }
  }
}
