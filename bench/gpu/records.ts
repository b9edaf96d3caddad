/** Whether programs that a device has recorded compute what they compute without a record, to the bit. */
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { freshState, type Values } from '../../src/host/host.ts';
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

const SPECS: readonly (ProgramSpec & ModelSpec)[] = [
  GENERATE,
  LOGPROBS,
  policyGradient,
  SUPERVISED,
  PREFERENCE,
  QUALITY,
  SCORE,
];

export interface RecordReport {
  readonly kind: string;
  /** For each graph of the program. */
  readonly captured: readonly boolean[];
  /** Outputs of three batches and three more after an update, where they differ from those of the uncaptured program. */
  readonly different: readonly string[];
  readonly outputs: number;
}

/** Every program that is trained or asked with, recorded and not, on the same batches. */
export async function compareRecords(runtime: Runtime): Promise<RecordReport[]> {
  const reports: RecordReport[] = [];
  for (const spec of SPECS) {
    const bound: BoundProgram[] = [];
    const recorded = await runBoth(runtime, spec, true, bound);
    const captured = bound.map(({ isCaptured }) => isCaptured);
    const plain = await runBoth(runtime, spec, false, []);
    const names = recorded.flatMap((values, i) => Object.keys(values).map((name) => [i, name] as const));
    const different = names.filter(([i, name]) =>
      recorded[i]![name]!.some((x, k) => !Object.is(x, plain[i]![name]![k])),
    );
    reports.push({
      kind: spec.kind,
      captured,
      different: different.map(([i, name]) => `${i} ${name}`),
      outputs: names.length,
    });
  }
  return reports;
}

/** Three batches, and three more after an update. */
async function runBoth(
  runtime: Runtime,
  spec: ProgramSpec & ModelSpec,
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
  const batchesAt = (first: number) => [0, 1, 2].map((i) => feedsOf(spec, first + i));
  const before = await host.run(spec, batchesAt(1));
  const trained = spec.config.head === 'causal' ? SUPERVISED : QUALITY;
  await host.update(trained, [texts(9)], 0.01, ADAMW_DEFAULTS);
  const after = await host.run(spec, batchesAt(4));

  await host.dispose();
  return [...before, ...after];
}
