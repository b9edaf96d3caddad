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
  split,
  sub,
  type Tensor,
} from '../graph/index.ts';
import { type Angles, anglesAt, angleTable, type Extent, type HeadTensors } from './attention-heads.ts';
import type { ModelConfig } from './config.ts';
import { attendTo, causalAttend, causalBias, decode, embedRows, MASKED, type Part } from './transformer.ts';
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

/** Where left-padded prompts stand, and what their tokens may see. */
interface PromptPlaces {
  readonly lengths: Tensor;
  readonly table: Angles;
  readonly angles: Angles;
  /** Shuts out padding, [prompts, 1, 1, 1, promptTime]. */
  readonly padBias: Tensor;
  /** Shuts out padding and later positions. */
  readonly bias: Tensor;
}

function promptPlaces(
  config: ModelConfig,
  parameters: Parameters,
  ids: Tensor,
  promptLengths: Tensor,
  completionTime: number,
): PromptPlaces {
  const [prompts, time] = ids.shape as [number, number];
  const lengths = reshape(promptLengths, [prompts, 1]);
  const padding = sub(constant([], [time], 'i32'), lengths);
  const columns = iota(time);
  const isPadding = less(columns, padding);
  const padBias = reshape(select(isPadding, scalar(MASKED), scalar(0)), [prompts, 1, 1, 1, time]);
  const positions = cast(maximum(cast(sub(columns, padding), 'f32'), 0), 'i32');
  const table = angleTable(config, parameters.target, time + completionTime);
  const bias = add(causalBias(config.heads / config.kvHeads, time), padBias);
  return { lengths, table, angles: anglesAt(table, positions), padBias, bias };
}

/** A prompt's keys and values as its completions read them. */
const asSegment = ({ keys, values }: HeadTensors, bias: Tensor): Segment => {
  // Without the axis of the group.
  const shape = keys.shape.toSpliced(2, 1);
  return { keys: reshape(keys, shape), values: reshape(values, shape), bias };
};

/** Runs the left-padded prompts: ids [prompts, promptTime], lengths [prompts] (both i32). */
export function encodePrompts(
  config: ModelConfig,
  parameters: Parameters,
  ids: Tensor,
  promptLengths: Tensor,
  completionTime: number,
): EncodedPrompts {
  const [prompts, time] = ids.shape as [number, number];
  const places = promptPlaces(config, parameters, ids, promptLengths, completionTime);
  const { lengths, table, angles, padBias, bias } = places;
  const segments: Segment[] = [];
  const last = decode(
    config,
    parameters,
    embedRows(config, parameters, ids),
    [{ extent: { batch: prompts, group: 1, time }, angles }],
    (layer, [heads]) => {
      const { queries, keys, values } = heads!;
      segments.push(asSegment(heads!, padBias));
      // In the last layer only the last position asks, and it sees every key that is no padding.
      const shown = layer === config.layers - 1 ? padBias : bias;
      return [attendTo(parameters.target, queries, [{ keys, values, bias: shown }])];
    },
    'last',
  );
  return { segments, last, lengths, angles: table };
}

/**
 * Hidden states that predict each completion token: left-padded prompts [prompts, promptTime] with their lengths
 * [prompts] and completions [prompts · group, completionTime] → rows [prompts · group · completionTime, width].
 */
export function completionRows(
  config: ModelConfig,
  parameters: Parameters,
  ids: Tensor,
  promptLengths: Tensor,
  completions: Tensor,
  { prompts, group, completionTime }: CompletionShape,
): Tensor {
  const { width } = config;
  const time = completionTime - 1;
  const extent: Extent = { batch: prompts, group, time };
  const firsts = (last: Tensor): Tensor =>
    broadcastTo(reshape(last, [prompts, 1, 1, width]), [prompts, group, 1, width]);
  const whole = (last: Tensor, rows: Tensor): Tensor =>
    reshape(concat([firsts(last), reshape(rows, [prompts, group, time, width])], 2), [
      prompts * group * completionTime,
      width,
    ]);
  const read = slice(completions, 1, 0, time);
  const places = (lengths: Tensor, table: Angles): Part => ({
    extent,
    angles: anglesAt(table, add(lengths, iota(time))),
  });

  if (time === 0 || (parameters.target === 'wasm' && !parameters.checkpointing)) {
    const encoded = encodePrompts(config, parameters, ids, promptLengths, completionTime);
    if (time === 0) return reshape(firsts(encoded.last), [prompts * group, width]);
    const attend = causalAttend(config, parameters.target, time, (layer) => encoded.segments[layer]!);
    const rows = decode(
      config,
      parameters,
      embedRows(config, parameters, read),
      [places(encoded.lengths, encoded.angles)],
      (layer, [heads]) => [attend(layer, heads!)],
    );
    return whole(encoded.last, rows);
  }

  // On a GPU each kernel counts, so that prompts and completions go through the layers together. With checkpoints they do
  // so that a layer is one section.
  const promptTime = ids.shape[1]!;
  const { lengths, table, angles, padBias, bias } = promptPlaces(
    config,
    parameters,
    ids,
    promptLengths,
    completionTime,
  );
  const sizes = [prompts * promptTime, prompts * group * time] as const;
  const all = concat([reshape(ids, [sizes[0]]), reshape(read, [sizes[1]])], 0);
  const rows = decode(
    config,
    parameters,
    embedRows(config, parameters, all),
    [{ extent: { batch: prompts, group: 1, time: promptTime }, angles }, places(lengths, table)],
    (layer, [ofPrompts, ofCompletions]) => {
      const { queries, keys, values } = ofPrompts!;
      const segment = asSegment(ofPrompts!, padBias);
      return [
        attendTo(parameters.target, queries, [{ keys, values, bias }]),
        causalAttend(config, parameters.target, time, () => segment)(layer, ofCompletions!),
      ];
    },
  );
  const [ofPrompts, ofCompletions] = split(rows, 0, sizes);
  const byPrompt = reshape(ofPrompts!, [prompts, promptTime, width]);
  return whole(slice(byPrompt, 1, promptTime - 1, promptTime), ofCompletions!);
}
