/** A model in one GGUF file, as llama.cpp has it. Weights are read one tensor after the other and widened to float32. */
import { type ModelConfig, ModelConfigError, parseModelConfig } from '../config.ts';
import type { NamedTensor } from '../parameters.ts';
import type { ModelSource } from '../sources/source.ts';
import type { RandomAccess } from './access.ts';
import { architectureOf, huggingFaceConfig, ROPE_FACTORS } from './config.ts';
import { GgufError } from './errors.ts';
import { type GgufHeader, readHeader, type TensorEntry } from './header.ts';
import { needed } from './metadata.ts';
import { huggingFaceName, isPermuted, unpermuted } from './names.ts';
import { tokenizerConfig, tokenizerJson } from './tokenizer.ts';

/** Whether a file of this name is one. */
export const isGguf = (name: string): boolean => /\.gguf$/i.test(name);

/**
 * @param unusable what becomes of an error of reading the file; without it, the error itself is thrown: GgufError, or
 *   ModelConfigError where the configuration cannot be honoured
 */
export function ggufSource(
  open: () => Promise<RandomAccess>,
  unusable: (cause: unknown) => unknown = (cause) => cause,
): ModelSource {
  let opened: Promise<readonly [file: RandomAccess, header: GgufHeader]> | null = null;
  const header = () => (opened ??= open().then(async (file) => [file, await readHeader(file)] as const));
  const reading = async <T>(read: (header: GgufHeader, file: RandomAccess) => T | Promise<T>): Promise<T> => {
    try {
      const [file, known] = await header();
      return await read(known, file);
    } catch (cause) {
      throw unusable(cause);
    }
  };
  return {
    unusable: (_, cause) => unusable(cause),
    config: () =>
      reading(async ({ metadata, tensors }, file) => {
        const factors = tensors.find(({ name }) => name === ROPE_FACTORS);
        const values = factors ? await valuesOf(file, factors) : null;
        return checkedConfig(huggingFaceConfig(metadata, tensors, values));
      }),
    tokenizer: () => reading(({ metadata }) => tokenizerJson(metadata)),
    json: async (name) =>
      name === 'tokenizer_config.json' ? reading(({ metadata }) => tokenizerConfig(metadata)) : null,
    metadata: () =>
      reading(({ metadata }) => {
        const license = metadata.text('general.license');
        return license === null ? {} : { license };
      }),
    async *tensors() {
      const entries = await reading(({ metadata, tensors }) => {
        architectureOf(metadata);
        return tensors.filter(({ name }) => name !== ROPE_FACTORS);
      });
      for (const entry of entries) yield await reading((known, file) => namedTensor(known, file, entry));
    },
  };
}

/** There is no config.json whose field a message could name. */
function checkedConfig(json: unknown): ModelConfig {
  try {
    return parseModelConfig(json);
  } catch (cause) {
    if (!(cause instanceof ModelConfigError)) throw cause;
    throw new ModelConfigError(cause.message.replace(/^config\.json: /, 'As Hugging Face names it, '), {
      cause,
    });
  }
}

async function valuesOf(file: RandomAccess, { name, quantization, begin, end }: TensorEntry) {
  const values = quantization.dequantize(await file.read(begin, end));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new GgufError(`“${name}” holds ${values[bad]} at position ${bad}; weights must be finite.`);
  return values;
}

async function namedTensor(
  { metadata }: GgufHeader,
  file: RandomAccess,
  entry: TensorEntry,
): Promise<readonly [name: string, tensor: NamedTensor]> {
  const { name, shape } = entry;
  const known = huggingFaceName(name);
  if (known === null)
    throw new GgufError(
      `It has a tensor “${name}”, which is not known here; without it the model would compute something else.`,
    );
  const values = await valuesOf(file, entry);
  if (architectureOf(metadata) !== 'llama' || !isPermuted(name))
    return [known, { shape, dtype: 'f32', data: values }];
  const key = `llama.attention.head_count${name.includes('attn_k') ? '_kv' : ''}`;
  const heads =
    metadata.number(key) ??
    needed('llama.attention.head_count', metadata.number('llama.attention.head_count'));
  const rows = shape[0]!;
  if (rows % (2 * heads) !== 0)
    throw new GgufError(`“${name}” has ${rows} rows, which are no ${heads} heads of an even width.`);
  return [known, { shape, dtype: 'f32', data: unpermuted(values, rows, heads) }];
}
