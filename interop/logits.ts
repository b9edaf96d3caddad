/** Logits of a policy by Posterior's engine, for the checks to compare with. */
import * as ort from 'onnxruntime-web/wasm';
import { input } from '../src/graph/index.ts';
import type { LoadedModel } from '../src/model/sources/source.ts';
import { declareParameters, parameterLayout, unpackWeights } from '../src/model/parameters.ts';
import { scoreSequences } from '../src/programs/supervised.ts';
import { padRows } from '../src/rl/batches.ts';
import { createRuntime } from '../src/runtime/ort/runtime.ts';
import type { HostArray } from '../src/runtime/runtime.ts';

ort.env.wasm.numThreads = 1;
export const runtime = createRuntime(ort, 'wasm', 1);

export const tensorsOf = ({ config, weights }: LoadedModel): Record<string, HostArray> =>
  Object.fromEntries(
    [...unpackWeights(parameterLayout(config), weights)].map(([name, { data }]) => [name, data]),
  );

export interface RecordedLogits {
  readonly ids: readonly number[];
  /** [time, vocabulary], flat. */
  readonly logits: readonly number[];
}

export async function logitsOf(
  policy: LoadedModel,
  sequences: readonly (readonly number[])[],
): Promise<RecordedLogits[]> {
  const { config } = policy;
  const time = Math.max(...sequences.map((ids) => ids.length));
  const ids = input('ids', [sequences.length, time], 'i32');
  const { logits } = scoreSequences({ config }, declareParameters({ config }), ids, false);
  const program = await runtime.compile({ logits });
  const feeds = { ...tensorsOf(policy), ids: padRows(sequences, time, config.padId, 'i32') };
  const all = (await program.run(feeds)).values['logits']!;
  await program.release();
  const row = time * config.vocabulary;
  return sequences.map((sequence, i) => ({
    ids: sequence,
    logits: Array.from(all.subarray(i * row, i * row + sequence.length * config.vocabulary)),
  }));
}
