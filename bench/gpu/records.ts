/** Whether programs that a device has recorded compute what they compute without a record, to the bit. */
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { type Feeds, freshState, type Values } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { initialWeights, type ModelSpec, parameterLayout } from '../../src/model/parameters.ts';
import { buildProgram, buildStepped } from '../../src/programs/index.ts';
import type { ProgramSpec } from '../../src/programs/spec.ts';
import type { BoundProgram, Runtime } from '../../src/runtime/runtime.ts';
import {
  feedsOf,
  GENERATE,
  LOGPROBS,
  policyGradient,
  PREFERENCE,
  QUALITY,
  SCORE,
  SUPERVISED,
  texts,
} from './programs.ts';

export interface RecordCase {
  readonly spec: ProgramSpec & ModelSpec;
  readonly feedsAt: (seed: number) => Feeds;
  /** Done after three batches, and before three more. */
  readonly update?: { readonly spec: ProgramSpec; readonly feeds: Feeds };
}

/** Every program that is trained or asked with. */
const CASES: readonly RecordCase[] = [
  GENERATE,
  LOGPROBS,
  policyGradient,
  SUPERVISED,
  PREFERENCE,
  QUALITY,
  SCORE,
].map((spec) => ({
  spec,
  feedsAt: (seed) => feedsOf(spec, seed),
  update: { spec: spec.config.head === 'causal' ? SUPERVISED : QUALITY, feeds: texts(9) },
}));

export interface RecordReport {
  readonly kind: string;
  /** For each graph of the program. */
  readonly captured: readonly boolean[];
  /** Outputs of all batches, where they differ from those of the uncaptured program. */
  readonly different: readonly string[];
  readonly outputs: number;
}

/** Programs recorded and not, on the same batches. */
export async function compareRecords(
  runtime: Runtime,
  cases: readonly RecordCase[] = CASES,
): Promise<RecordReport[]> {
  const reports: RecordReport[] = [];
  for (const each of cases) {
    const bound: BoundProgram[] = [];
    const recorded = await runAll(runtime, each, true, bound);
    const captured = bound.map(({ isCaptured }) => isCaptured);
    const plain = await runAll(runtime, each, false, []);
    const names = recorded.flatMap((values, i) => Object.keys(values).map((name) => [i, name] as const));
    const different = names.filter(([i, name]) =>
      recorded[i]![name]!.some((x, k) => !Object.is(x, plain[i]![name]![k])),
    );
    reports.push({
      kind: each.spec.kind,
      captured,
      different: different.map(([i, name]) => `${i} ${name}`),
      outputs: names.length,
    });
  }
  return reports;
}

async function runAll(
  runtime: Runtime,
  { spec, feedsAt, update }: RecordCase,
  capture: boolean,
  bound: BoundProgram[],
): Promise<Values[]> {
  const bind: Runtime['bind'] = async (outputs, bindings) => {
    const program = await runtime.bind(outputs, bindings, { capture });
    bound.push(program);
    return program;
  };
  const host = new LocalHost({ ...runtime, bind }, buildProgram, { stepped: buildStepped });
  const weights = initialWeights(spec.config, 11).map((x) => 2 * x);
  await host.load(parameterLayout(spec.config), freshState(weights));
  const batchesAt = (first: number) => [0, 1, 2].map((i) => feedsAt(first + i));
  const results = await host.run(spec, batchesAt(1));
  if (update) {
    await host.update(update.spec, [update.feeds], 0.01, ADAMW_DEFAULTS);
    results.push(...(await host.run(spec, batchesAt(4))));
  }
  await host.dispose();
  return results;
}
