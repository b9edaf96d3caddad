/** Freezes a benchmark: samples a policy, runs its programs on the strict tests, and chooses pairs. */
import { mapInSlices } from '../../rl/breathe.ts';
import { parseCompletion } from '../../domains/completion.ts';
import type { Completion, SampleRequest } from '../../rl/policy.ts';
import { sha256 } from '../../sha256.ts';
import { codeVerifier } from '../../domains/code/verifier.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import { encodeOpened, type Tokenizer } from '../../model/tokenizer/index.ts';
import { writePairs } from '../pairs/jsonl.ts';
import type { ImportedPair } from '../pairs/types.ts';
import type { Association } from '../../statistics/association.ts';
import { type JudgedSample, judgeSample } from './judge.ts';
import { type FilterCounts, selectPairs } from './select.ts';

export interface BenchmarkSettings {
  readonly seed: number;
  readonly samplesPerTask: number;
  readonly temperature: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
  readonly perTask: number;
  readonly maxFlawShare: number;
  readonly timeoutMs: number;
}

export const BENCHMARK_SETTINGS: BenchmarkSettings = {
  seed: 1,
  samplesPerTask: 32,
  temperature: 1.2,
  maxPromptTokens: 48,
  maxCompletionTokens: 88,
  perTask: 6,
  maxFlawShare: 0.5,
  timeoutMs: 1000,
};

export interface BenchmarkPorts {
  readonly policy: { sample(request: SampleRequest): Promise<Completion[]> };
  readonly sandbox: Pick<Sandbox, 'grade'>;
  readonly tokenizer: Tokenizer;
}

/** Where a frozen file comes from; stands beside it as `….provenance.json`. */
export interface Provenance {
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly pairs: number;
  /** SHA-256 of the policy's weights, flat float32, little-endian. */
  readonly policy: string;
  readonly settings: BenchmarkSettings;
  readonly tasks: number;
  readonly counts: FilterCounts & { readonly malformed: number };
  /**
   * Sound against flawed plan (rows), right against wrong program (columns); `null` where no plan can be told. Files of
   * older versions, the shipped one among them, have the table alone.
   */
  readonly association: Association | null;
}

export interface Benchmark {
  readonly jsonl: string;
  readonly pairs: readonly ImportedPair[];
  readonly provenance: Provenance;
}

/** Sequences per run of the sampling graph. */
const SAMPLE_BATCH = 48;
/** Tasks between two reports. */
const CHUNK = 32;

/**
 * @param policyHash of the weights that the port holds
 * @throws VerificationError when the sandbox failed; AbortError when the signal fires
 */
export async function buildBenchmark(
  ports: BenchmarkPorts,
  policyHash: string,
  tasks: readonly StarterTask[],
  settings: BenchmarkSettings,
  report: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<Benchmark> {
  const judged: JudgedSample[] = [];
  let malformed = 0;
  for (let start = 0; start < tasks.length; start += CHUNK) {
    signal?.throwIfAborted();
    const result = await sampleTasks(ports, tasks.slice(start, start + CHUNK), start, settings, signal);
    judged.push(...result.judged);
    malformed += result.malformed;
    report(Math.min(tasks.length, start + CHUNK), tasks.length);
  }
  const { pairs, counts, association } = selectPairs(judged, settings);
  const jsonl = writePairs(pairs);
  return {
    jsonl,
    pairs,
    provenance: {
      sha256: await sha256(jsonl),
      pairs: pairs.length,
      policy: policyHash,
      settings,
      tasks: tasks.length,
      counts: { ...counts, malformed },
      association,
    },
  };
}

async function sampleTasks(
  { policy, sandbox, tokenizer }: BenchmarkPorts,
  tasks: readonly StarterTask[],
  first: number,
  settings: BenchmarkSettings,
  signal: AbortSignal | undefined,
): Promise<{ judged: JudgedSample[]; malformed: number }> {
  const { samplesPerTask: group, seed, temperature, maxPromptTokens, maxCompletionTokens } = settings;
  const completions = await policy.sample({
    prompts: tasks.map((task) => encodeOpened(tokenizer, task.prompt)),
    group,
    maxPromptTokens,
    maxCompletionTokens,
    temperature,
    microBatch: SAMPLE_BATCH,
    seed,
    step: first,
    purpose: 'benchmark',
  });
  const parsed = await mapInSlices(completions, ({ tokens, truncated }, i) => ({
    task: tasks[Math.floor(i / group)]!,
    ...parseCompletion(tokenizer.decode(truncated ? tokens : tokens.slice(0, -1))),
  }));
  const whole = parsed.flatMap(({ task, reasoning, answer }) =>
    reasoning === null || answer === null ? [] : [{ task, reasoning, answer }],
  );
  const verifier = codeVerifier({ sandbox, timeoutMs: settings.timeoutMs });
  const verifications = await verifier.verify(whole, 'strict', signal);
  const judged = await mapInSlices(whole, ({ task, reasoning, answer }, i) =>
    judgeSample(task, reasoning, answer, verifications[i]!.passes),
  );
  return { judged, malformed: parsed.length - whole.length };
}
