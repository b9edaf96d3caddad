/**
 * Prompts with groups of completions. All completions of a prompt read the prompt's keys and values, which are
 * computed once; prompts are padded on the left, so that completions begin in one column, and completions on the right.
 */
import {
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  iota,
  less,
  maximum,
  reshape,
  scalar,
  type Segment,
  select,
  slice,
  sub,
  type Tensor,
} from '../graph/index.ts';
import { attention } from '../graph/nn.ts';
import type { ModelConfig } from './config.ts';
import {
  anglesAt,
  angleTable,
  type Angles,
  causalAttend,
  causalBias,
  decode,
  embedRows,
  MASKED,
} from './transformer.ts';
import type { Parameters } from './parameters.ts';

/** Sizes that a graph is built for. */
export interface CompletionShape {
  readonly prompts: number;
  /** Completions for each prompt. */
  readonly group: number;
  readonly promptTime: number;
  readonly completionTime: number;
}

export interface EncodedPrompts {
  /** For each layer the prompts' keys and values [prompts, kvHeads, promptTime, headWidth], padding shut out. */
  readonly segments: readonly Segment[];
  /** Hidden state after the last prompt token, [prompts, width]. */
  readonly last: Tensor;
  /** [prompts, 1] (i32): number of real tokens, which is also the first position of a completion. */
  readonly lengths: Tensor;
  readonly angles: Angles;
}

/** Runs the left-padded prompts: ids [prompts, promptTime], lengths [prompts] (both i32). */
export function encodePrompts(
  config: ModelConfig,
  parameters: Parameters,
  ids: Tensor,
  promptLengths: Tensor,
  completionTime: number,
): EncodedPrompts {
  const [prompts, time] = ids.shape as [number, number];
  const lengths = reshape(promptLengths, [prompts, 1]);
  const padding = sub(constant([], [time], 'i32'), lengths);
  const columns = iota(time);
  const isPadding = less(columns, padding);
  const padBias = reshape(select(isPadding, scalar(MASKED), scalar(0)), [prompts, 1, 1, 1, time]);
  const positions = cast(maximum(cast(sub(columns, padding), 'f32'), 0), 'i32');
  const angles = angleTable(config, time + completionTime);
  const bias = add(causalBias(config.heads / config.kvHeads, time), padBias);

  const segments: Segment[] = [];
  const last = decode(
    config,
    parameters,
    embedRows(config, parameters, ids),
    { batch: prompts, group: 1, time },
    anglesAt(angles, positions),
    (layer, { queries, keys, values }) => {
      const shape = [prompts, config.kvHeads, time, config.headWidth];
      segments.push({ keys: reshape(keys, shape), values: reshape(values, shape), bias: padBias });
      // In the last layer only the last position asks, and it sees every key that is no padding.
      return attention(queries, [{ keys, values, bias: layer === config.layers - 1 ? padBias : bias }]);
    },
    'last',
  );
  return { segments, last, lengths, angles };
}

/**
 * Hidden states that predict each completion token: completions [prompts · group, completionTime] → rows
 * [prompts · group · completionTime, width].
 */
export function completionRows(
  config: ModelConfig,
  parameters: Parameters,
  encoded: EncodedPrompts,
  completions: Tensor,
  { prompts, group, completionTime }: CompletionShape,
): Tensor {
  const { width } = config;
  const time = completionTime - 1;
  const first = broadcastTo(reshape(encoded.last, [prompts, 1, 1, width]), [prompts, group, 1, width]);
  if (time === 0) return reshape(first, [prompts * group, width]);
  const positions = add(encoded.lengths, iota(time));
  const rows = decode(
    config,
    parameters,
    embedRows(config, parameters, slice(completions, 1, 0, time)),
    { batch: prompts, group, time },
    anglesAt(encoded.angles, positions),
    causalAttend(config, parameters.target, time, (layer) => encoded.segments[layer]!),
  );
  const all = concat([first, reshape(rows, [prompts, group, time, width])], 2);
  return reshape(all, [prompts * group * completionTime, width]);
}
