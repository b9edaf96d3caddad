/**
 * The sampling of `generate.ts` as steps that a host drives: prompts are read once, and then each token is one run of a
 * graph over caches that are written in place. Between two tokens nothing goes to the host and nothing comes from it.
 */
import {
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  embed,
  input,
  iota,
  less,
  max,
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
import { anglesAt, angleTable, attendTo, decode, embedRows, headOf, MASKED } from '../model/transformer.ts';
import { draw, type GenerateOptions, isEnd } from './generate.ts';
import { replacing, type Stage, type StateArray, STEP, type SteppedProgram } from './stepped.ts';

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

/**
 * What is kept of every step, each [1, T, N]: a step writes its own row and reads the one before, so that it may be done
 * twice. `doneAt` is the step at which the sequence ended.
 */
const COLLECTED = { ids: 'i32', logprobs: 'f32', entropies: 'f32', doneAt: 'i32' } as const;
const RESULTS = ['ids', 'logprobs', 'entropies'] as const;
const keptOf = (name: string): string => `kept ${name}`;

export function buildGenerateSteps(model: ModelSpec, options: GenerateOptions): SteppedProgram {
  const { config } = model;
  const { prompts, group, promptTime, completionTime } = options;
  const { kvHeads, headWidth, layers } = config;
  const n = prompts * group;
  const lengths = cacheLengths(completionTime);
  const f32 = (...shape: number[]): StateArray => ({ shape, dtype: 'f32' });
  const i32 = (...shape: number[]): StateArray => ({ shape, dtype: 'i32' });
  const each = <T>(make: (layer: number) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.assign({}, ...Array.from({ length: layers }, (_, layer) => make(layer)));
  const state: Record<string, StateArray> = {
    [STEP]: i32(),
    prompts: i32(prompts, promptTime),
    promptLengths: i32(prompts),
    uniforms: f32(completionTime, n),
    inverseTemperature: f32(),
    open: f32(),
    promptBias: f32(prompts, 1, 1, 1, promptTime),
    ...Object.fromEntries(
      Object.entries(COLLECTED).map(([name, dtype]) => [
        keptOf(name),
        { shape: [1, completionTime, n], dtype },
      ]),
    ),
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
  const parameters = declareParameters(model);
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
    open: 'open',
    end: Object.fromEntries(
      RESULTS.map((name) => [
        name,
        transpose(reshape(stateInput(keptOf(name)), [completionTime, n]), [1, 0]),
      ]),
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

/** Reads the prompts and draws the first token. */
function buildBegin(
  config: ModelConfig,
  parameters: Parameters,
  options: GenerateOptions,
  stateInput: StateInput,
) {
  const { prompts, group, completionTime, mode } = options;
  const n = prompts * group;
  const encoded = encodePrompts(
    config,
    parameters,
    stateInput('prompts'),
    stateInput('promptLengths'),
    completionTime,
  );
  const start = broadcastTo(reshape(encoded.last, [prompts, 1, config.width]), [
    prompts,
    group,
    config.width,
  ]);
  const uniforms = embed(stateInput('uniforms'), constant([], [0], 'i32'));
  const { ids, ...numbers } = draw(
    reshape(start, [n, config.width]),
    headOf(config, parameters),
    stateInput('inverseTemperature'),
    uniforms,
    mode,
  );
  const never = broadcastTo(constant([], [NEVER], 'i32'), [n]);
  const { doneAt, open } = ending(config, ids, constant([], [0], 'i32'), never);
  const columns = { ids, ...numbers, doneAt };
  const caches = encoded.segments.flatMap(({ keys, values }, layer) => [
    // Turned round once, and not at every token.
    [promptKeysOf(layer), transpose(keys, [0, 1, 3, 2])] as const,
    [promptValuesOf(layer), values] as const,
  ]);
  return replacing({
    open,
    promptBias: encoded.segments[0]!.bias!,
    ...Object.fromEntries(
      Object.entries(columns).map(([name, row]) => [keptOf(name), firstRow(config, row, completionTime)]),
    ),
    ...Object.fromEntries(caches),
  });
}

/** The step at which a sequence ends that has not ended. */
const NEVER = 2 ** 30;

/** A matrix [1, T, n] of a row and, below it, what stands where nothing is drawn: padding, or zeros. */
function firstRow({ padId }: ModelConfig, row: Tensor, completionTime: number): Tensor {
  const [n] = row.shape as [number];
  const own = reshape(row, [1, 1, n]);
  if (completionTime === 1) return own;
  const rest = row.dtype === 'i32' ? constant([], [padId], 'i32') : scalar(0);
  return concat([own, broadcastTo(rest, [1, completionTime - 1, n])], 1);
}

/** The step at which each sequence ended, the one at hand included, and whether any has not. */
function ending(
  config: ModelConfig,
  ids: Tensor,
  step: Tensor,
  before: Tensor,
): { doneAt: Tensor; open: Tensor } {
  const now = select(isEnd(config, ids), step, constant([], [NEVER], 'i32'));
  const doneAt = select(less(step, before), now, before);
  return { doneAt, open: max(cast(less(step, doneAt), 'f32'), [0]) };
}

/** Reads the last token and draws the next one. */
function buildStep(
  config: ModelConfig,
  parameters: Parameters,
  options: GenerateOptions,
  length: number,
  stateInput: StateInput,
) {
  const { prompts, group, promptTime, completionTime, mode } = options;
  const { kvHeads, headWidth } = config;
  const step = stateInput(STEP);
  /** Where the last token stands among the completion's. */
  const at = add(step, constant([], [-1], 'i32'));
  /** Row `at` of what is kept. */
  const last = (name: string): Tensor =>
    embed(reshape(stateInput(keptOf(name)), [completionTime, prompts * group]), at);
  const before = last('doneAt');
  const angles = angleTable(config, parameters.target, promptTime + completionTime);
  const position = add(reshape(stateInput('promptLengths'), [prompts, 1]), at);
  const future = reshape(select(less(at, iota(length)), scalar(MASKED), scalar(0)), [1, 1, 1, 1, length]);
  const cacheShape = [prompts, kvHeads, group, length, headWidth];
  const written: Record<string, Tensor> = {};
  const rows = decode(
    config,
    parameters,
    embedRows(config, parameters, last('ids')),
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
  const uniforms = embed(stateInput('uniforms'), step);
  const drawn = draw(rows, headOf(config, parameters), stateInput('inverseTemperature'), uniforms, mode);
  const ids = select(less(before, step), constant([], [config.padId], 'i32'), drawn.ids);
  const { doneAt, open } = ending(config, ids, step, before);
  const columns = { ...drawn, ids, doneAt };
  return replacing({
    open,
    ...Object.fromEntries(
      Object.entries(columns).map(([name, row]) => [
        keptOf(name),
        writePosition(stateInput(keptOf(name)), step, reshape(row, [1, 1, row.shape[0]!])),
      ]),
    ),
    ...written,
  });
}
