/**
 * The sampling of `generate.ts` as steps that a host drives: prompts are read once, and then each token is one run of a
 * graph over caches that are written in place. Between two tokens nothing goes to the host and nothing comes from it.
 */
import {
  add,
  broadcastTo,
  concat,
  constant,
  embed,
  input,
  iota,
  less,
  reshape,
  scalar,
  type Segment,
  select,
  type Tensor,
  transpose,
  writePosition,
} from '../graph/index.ts';
import { encodePrompts } from '../model/completions.ts';
import type { ModelConfig } from '../model/config.ts';
import { declareParameters, type ModelSpec, type Parameters } from '../model/parameters.ts';
import { anglesAt, angleTable } from '../model/attention-heads.ts';
import { attendTo, decode, embedRows, headOf, MASKED } from '../model/transformer.ts';
import type { GenerateOptions } from './generate.ts';
import {
  DRAWING_ARRAYS,
  type Drawing,
  drawingState,
  replacing,
  type Stage,
  type StateArray,
  STEP,
  type SteppedProgram,
} from './stepped.ts';

/** Tokens that the first caches hold; each next ones hold twice as many. Early tokens do not pay for late ones. */
const FIRST_CACHE = 32;

/** Lengths of the caches, the last of them for all that a completion needs. */
export function cacheLengths(completionTime: number): number[] {
  // The last token is drawn and not read.
  const all = Math.max(1, completionTime - 1);
  const lengths: number[] = [];
  for (let length = FIRST_CACHE; length < all; length *= 2) lengths.push(length);
  return [...lengths, all];
}

const keysOf = (layer: number, length: number): string => `keys ${layer} of ${length}`;
const valuesOf = (layer: number, length: number): string => `values ${layer} of ${length}`;
const promptKeysOf = (layer: number): string => `prompt keys ${layer}`;
const promptValuesOf = (layer: number): string => `prompt values ${layer}`;

/** What comes out, each [T, N] until then. */
const RESULTS = ['ids', 'logprobs', 'entropies'] as const;

export function buildGenerateSteps(model: ModelSpec, options: GenerateOptions): SteppedProgram {
  const { config } = model;
  const { prompts, group, promptTime, completionTime, mode, topK, topP } = options;
  const { kvHeads, headWidth, layers } = config;
  const n = prompts * group;
  const lengths = cacheLengths(completionTime);
  const f32 = (...shape: number[]): StateArray => ({ shape, dtype: 'f32' });
  const i32 = (...shape: number[]): StateArray => ({ shape, dtype: 'i32' });
  const each = <T>(make: (layer: number) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.assign({}, ...Array.from({ length: layers }, (_, layer) => make(layer)));
  const drawing: Drawing = {
    rows: n,
    vocabulary: config.vocabulary,
    time: completionTime,
    padId: config.padId,
    endIds: config.endIds,
    mode,
    topK,
    topP,
  };
  const state: Record<string, StateArray> = {
    ...drawingState(drawing),
    prompts: i32(prompts, promptTime),
    promptLengths: i32(prompts),
    promptBias: f32(prompts, 1, 1, 1, promptTime),
    ...each((layer) => ({
      [promptKeysOf(layer)]: f32(prompts, kvHeads, headWidth, promptTime),
      [promptValuesOf(layer)]: f32(prompts, kvHeads, promptTime, headWidth),
    })),
    ...Object.assign(
      {},
      ...lengths.map((length) =>
        each((layer) => ({
          [keysOf(layer, length)]: f32(prompts * kvHeads * group, length, headWidth),
          [valuesOf(layer, length)]: f32(prompts * kvHeads * group, length, headWidth),
        })),
      ),
    ),
  };
  const parameters = declareParameters({ ...model, checkpointing: false }, { differentiable: false });
  const inputs = new Map(
    Object.entries(state).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]),
  );
  const stateInput = (name: string): Tensor => inputs.get(name)!;
  const stages = lengths.map((length, i): Stage => ({
    end: Math.min(completionTime, length + 1),
    enter: i === 0 ? null : lengthened(layers, lengths[i - 1]!, length, stateInput),
    step: buildStep(config, parameters, options, length, stateInput),
  }));
  return {
    state,
    begin: buildBegin(config, parameters, options, stateInput),
    stages: completionTime > 1 ? stages : [],
    drawing,
    end: Object.fromEntries(
      RESULTS.map((name) => [name, transpose(stateInput(DRAWING_ARRAYS[name]), [1, 0])]),
    ),
  };
}

type StateInput = (name: string) => Tensor;

/** The caches of one stage with room for the tokens of the next. */
function lengthened(layers: number, from: number, to: number, stateInput: StateInput) {
  const names = [keysOf, valuesOf].flatMap((name) =>
    Array.from({ length: layers }, (_, layer) => [name(layer, from), name(layer, to)] as const),
  );
  return replacing(
    Object.fromEntries(
      names.map(([before, after]) => {
        const cache = stateInput(before);
        const [rows, , width] = cache.shape as [number, number, number];
        return [after, concat([cache, broadcastTo(scalar(0), [rows, to - from, width])], 1)];
      }),
    ),
  );
}

/** Reads the prompts; each completion of one begins with the same logits. */
function buildBegin(
  config: ModelConfig,
  parameters: Parameters,
  { prompts, group, completionTime }: GenerateOptions,
  stateInput: StateInput,
) {
  const encoded = encodePrompts(
    config,
    parameters,
    stateInput('prompts'),
    stateInput('promptLengths'),
    completionTime,
  );
  const { width } = config;
  const starts = broadcastTo(reshape(encoded.last, [prompts, 1, width]), [prompts, group, width]);
  const caches = encoded.segments.flatMap(({ keys, values }, layer) => [
    // Turned round once, and not at every token.
    [promptKeysOf(layer), transpose(keys, [0, 1, 3, 2])] as const,
    [promptValuesOf(layer), values] as const,
  ]);
  return replacing({
    logits: headOf(config, parameters).apply(reshape(starts, [prompts * group, width])),
    promptBias: encoded.segments[0]!.bias!,
    ...Object.fromEntries(caches),
  });
}

/** Reads the last token, for the logits of the next one. */
function buildStep(
  config: ModelConfig,
  parameters: Parameters,
  options: GenerateOptions,
  length: number,
  stateInput: StateInput,
) {
  const { prompts, group, promptTime, completionTime } = options;
  const { kvHeads, headWidth } = config;
  /** Where the last token stands among the completion's. */
  const at = add(stateInput(STEP), constant([], [-1], 'i32'));
  const angles = angleTable(config, parameters.target, promptTime + completionTime);
  const position = add(reshape(stateInput('promptLengths'), [prompts, 1]), at);
  const future = reshape(select(less(at, iota(length)), scalar(MASKED), scalar(0)), [1, 1, 1, 1, length]);
  const cacheShape = [prompts, kvHeads, group, length, headWidth];
  const written: Record<string, Tensor> = {};
  const rows = decode(
    config,
    parameters,
    embedRows(config, parameters, embed(stateInput(DRAWING_ARRAYS.ids), at)),
    [{ extent: { batch: prompts, group, time: 1 }, angles: anglesAt(angles, position) }],
    (layer, [heads]) => {
      const { queries, keys, values } = heads!;
      const prompt: Segment = {
        keys: stateInput(promptKeysOf(layer)),
        turned: true,
        values: stateInput(promptValuesOf(layer)),
        bias: stateInput('promptBias'),
      };
      const entries = [
        [keysOf(layer, length), keys],
        [valuesOf(layer, length), values],
      ] as const;
      const [ownKeys, ownValues] = entries.map(([name, row]) => {
        written[name] = writePosition(stateInput(name), at, row);
        return reshape(written[name], cacheShape);
      }) as [Tensor, Tensor];
      const own: Segment = { keys: ownKeys, values: ownValues, bias: future };
      return [attendTo(parameters.target, queries, [prompt, own])];
    },
  );
  return replacing({ logits: headOf(config, parameters).applyInLoop(rows), ...written });
}
