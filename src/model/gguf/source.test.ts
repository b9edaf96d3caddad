import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  f32,
  type GgufContent,
  ggufFile,
  ints,
  text,
  texts,
  type Tensor,
  u32,
} from '../../../tests/support/gguf.ts';
import { createRuntime } from '../../runtime/ort/runtime.ts';
import { verifyModel } from '../../verify/model.ts';
import { parseModelConfig } from '../config.ts';
import { readSafetensors } from '../safetensors.ts';
import { readTensors } from '../sources/source.ts';
import { loadTokenizer } from '../tokenizer/index.ts';
import { blobAccess, type RandomAccess } from './access.ts';
import { ggufSource } from './source.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const fixture = (name: string): Blob => new Blob([readFileSync(`tests/fixtures/gguf/${name}.gguf`)]);
const sourceOf = (blob: Blob) => ggufSource(async () => blobAccess(blob));

describe.each(['llama', 'qwen2'])('%s in a GGUF file', (name) => {
  const folder = `tests/fixtures/${name}_tiny`;
  const source = sourceOf(fixture(name));

  it('is the model that safetensors has, to the bit', async () => {
    const config = await source.config();
    const { normEpsilon, ...expected } = parseModelConfig(json(`${folder}/config.json`));
    expect(config).toEqual({ ...expected, normEpsilon: Math.fround(normEpsilon) });
    const { tensors } = readSafetensors(readFileSync(`${folder}/model.safetensors`));
    const own = await readTensors(source);
    expect([...own.keys()].toSorted()).toEqual([...tensors.keys()].toSorted());
    for (const [tensor, { shape, data }] of tensors)
      expect([tensor, own.get(tensor)]).toEqual([tensor, { shape, dtype: 'f32', data }]);
  });

  it('computes what the reference does', async () => {
    const runtime = createRuntime(ort, 'wasm', 1);
    const tensors = await readTensors(source);
    const report = await verifyModel(
      runtime,
      json(`${folder}/config.json`),
      tensors,
      json(`${folder}/expected.json`),
    );
    expect(report.failures).toEqual([]);
  });

  it('brings tokenizer, chat template and licence', async () => {
    const tokenizer = loadTokenizer(await source.tokenizer(), await source.config());
    expect([tokenizer.encode('AB<|end|>'), tokenizer.endId]).toEqual([[60, 2], 2]);
    expect(await source.json('tokenizer_config.json')).toEqual({
      bos_token: '<|start|>',
      eos_token: '<|end|>',
      pad_token: '<|pad|>',
      chat_template: '{{ messages[0].content }}',
    });
    expect(await source.json('scaling.json')).toBeNull();
    expect(await source.metadata()).toEqual({ license: 'mit' });
  });
});

const tensor = (name: string, shape: readonly number[], offset = 0, type = 0): Tensor => ({
  name,
  shape,
  type,
  offset,
});
const LLAMA: NonNullable<GgufContent['metadata']> = [
  ['general.architecture', text('llama')],
  ['llama.context_length', u32(16)],
  ['llama.embedding_length', u32(4)],
  ['llama.vocab_size', u32(5)],
  ['llama.block_count', u32(1)],
  ['llama.feed_forward_length', u32(8)],
  ['llama.attention.head_count', u32(1)],
  ['llama.attention.layer_norm_rms_epsilon', f32(1e-5)],
];
const llama = (content: GgufContent = {}): Blob =>
  ggufFile({ data: new Uint8Array(128), ...content, metadata: [...LLAMA, ...(content.metadata ?? [])] });

/** Everything that a source can give. */
async function readAll(blob: Blob): Promise<void> {
  const source = sourceOf(blob);
  await readTensors(source);
  await source.config();
}

describe('a GGUF file that cannot be used', () => {
  const whole = fixture('llama');
  const bigEndian = new Uint8Array([71, 71, 85, 70, 0, 0, 0, 3, ...Array.from({ length: 16 }, () => 0)]);
  const norm = (offset = 0, type = 0) => tensor('output_norm.weight', [8], offset, type);
  it.each([
    ['another file', new Blob(['PK\u0003\u0004 and more']), /not a GGUF file, which begins with/],
    ['no bytes', new Blob([]), /not a GGUF file/],
    ['a version of before', llama({ version: 1 }), /version 1 of the GGUF format; 2 and 3 can be read/],
    ['a version to come', llama({ version: 4 }), /version 4/],
    ['big-endian numbers', new Blob([bigEndian]), /big-endian/],
    ['a header that is cut', whole.slice(0, 900), /middle of its header: it is cut short/],
    ['a header that is cut in its first line', whole.slice(0, 10), /cut short/],
    [
      'weights that are cut',
      whole.slice(0, -4),
      /“.+” ends at byte \d+ but the file has \d+: it is cut short/,
    ],
    ['a tensor beyond the end', llama({ tensors: [norm(1024)] }), /“output_norm\.weight” ends at byte/],
    [
      'a part of several',
      llama({ metadata: [['split.count', u32(3)]] }),
      /one of 3 parts.*llama-gguf-split --merge/,
    ],
    [
      'another architecture',
      ggufFile({ metadata: [['general.architecture', text('gemma2')]] }),
      /architecture is gemma2; llama, qwen2, qwen3 can be read/,
    ],
    ['no architecture', ggufFile({}), /no general\.architecture/],
    [
      'another form of weights',
      llama({ tensors: [norm(0, 6)] }),
      /stored as Q5_0, which cannot be read here.*Q4_K/,
    ],
    ['a form that nobody knows', llama({ tensors: [norm(0, 99)] }), /stored as type 99/],
    [
      'a row that is no whole block',
      llama({ tensors: [norm(0, 8)] }),
      /stored as Q8_0, but its shape is \[8\]/,
    ],
    ['an impossible shape', llama({ tensors: [tensor('a', [2 ** 31, 2 ** 31])] }), /its shape is/],
    ['two tensors of a name', llama({ tensors: [norm(), norm(32)] }), /Two tensors are named/],
    ['tensors that overlap', llama({ tensors: [norm(), tensor('b', [8], 16)] }), /“b” begins at/],
    [
      'a tensor that is not known',
      llama({ tensors: [tensor('blk.0.attn_sinks.weight', [8])] }),
      /“blk\.0\.attn_sinks\.weight”, which is not known/,
    ],
    [
      'an alignment that is none',
      llama({ metadata: [['general.alignment', u32(3)]] }),
      /general\.alignment is 3/,
    ],
    ['a key that is there twice', llama({ metadata: [LLAMA[0]!] }), /a key comes twice/],
    [
      'a weight that is no number',
      llama({ tensors: [norm()], data: new Uint8Array(32).fill(255) }),
      /holds NaN at position 0/,
    ],
    [
      'rows that are no heads',
      llama({ tensors: [tensor('blk.0.attn_q.weight', [2, 3])] }),
      /3 rows, which are no 1 heads/,
    ],
    [
      'a field that changes the numbers',
      llama({ metadata: [['llama.logit_scale', f32(2)]] }),
      /^As Hugging Face names it, llama\.logit_scale is 2/,
    ],
  ])('is refused: %s', async (_, blob, message) => {
    await expect(readAll(blob)).rejects.toThrow(message);
    await expect(readAll(blob)).rejects.toMatchObject({
      name: expect.stringMatching(/^(Gguf|ModelConfig)Error$/),
    });
  });

  it('hands each error to whoever knows the file’s name', async () => {
    const source = ggufSource(
      async () => blobAccess(new Blob(['no'])),
      () => new Error('x.gguf is bad'),
    );
    await expect(source.config()).rejects.toThrow('x.gguf is bad');
    await expect(source.tensors()[Symbol.asyncIterator]().next()).rejects.toThrow('x.gguf is bad');
    expect(source.unusable('model.safetensors', null)).toEqual(new Error('x.gguf is bad'));
  });

  it('passes on what reading it threw', async () => {
    const broken: RandomAccess = {
      size: 1000,
      read: async (begin) => {
        if (begin === 0) throw new DOMException('The file was moved.', 'NotFoundError');
        return new Uint8Array(0);
      },
    };
    await expect(ggufSource(async () => broken).config()).rejects.toThrow('The file was moved.');
  });
});

describe('a large GGUF file', () => {
  /** Three ranges of the parser long, with texts that go over their ends. */
  const tokens = Array.from({ length: 30_000 }, (_, i) => `${'é'.repeat(i % 200)}${i}`);
  const values = Float32Array.from({ length: 1 << 20 }, (_, i) => i);
  const blob = llama({
    metadata: [
      ['tokenizer.ggml.model', text('gpt2')],
      ['tokenizer.ggml.pre', text('gpt-2')],
      ['tokenizer.ggml.tokens', texts(tokens)],
      ['tokenizer.ggml.token_type', ints(tokens.map(() => 1))],
      ['tokenizer.ggml.merges', texts([])],
    ],
    // Not in the order of the file.
    tensors: [tensor('output.weight', [1 << 19], 1 << 21), tensor('output_norm.weight', [1 << 19])],
    data: new Uint8Array(values.buffer),
  });

  it('is read piece by piece, in its own order', async () => {
    const reads: number[] = [];
    const file = blobAccess(blob);
    const source = ggufSource(async () => ({
      size: file.size,
      read: (begin, end) => {
        reads.push(end - begin);
        return file.read(begin, end);
      },
    }));
    const json = (await source.tokenizer()) as { readonly model: { readonly vocab: Record<string, number> } };
    expect(Object.keys(json.model.vocab).length).toBe(tokens.length);
    for (const at of [0, 15_000, tokens.length - 1]) expect(json.model.vocab[tokens[at]!]).toBe(at);
    const seen: [string, number][] = [];
    for await (const [name, { data }] of source.tensors()) seen.push([name, data[0]!]);
    expect(seen).toEqual([
      ['model.norm.weight', 0],
      ['lm_head.weight', 1 << 19],
    ]);
    expect(Math.max(...reads)).toBeLessThanOrEqual(1 << 21);
    expect(blob.size).toBeGreaterThan(8e6);
  });
});
