import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, adapterFiles, packAdapter, parseAdapterConfig } from './adapter.ts';
import { parseModelConfig } from './config.ts';
import { LORA_TARGETS } from './lora.ts';
import { WeightsError } from './parameters.ts';
import { readSafetensors } from './safetensors.ts';

const FOLDER = 'tests/fixtures/lora';
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const written = json(`${FOLDER}/llama/${ADAPTER_CONFIG}`);
const { tensors } = readSafetensors(readFileSync(`${FOLDER}/llama/${ADAPTER_WEIGHTS}`));
const config = parseModelConfig(json('tests/fixtures/llama_tiny/config.json'));
const { lora } = parseAdapterConfig(written);

describe('adapter_config.json', () => {
  it('is read as PEFT writes it', () => {
    expect(parseAdapterConfig(written)).toEqual({
      lora: { rank: 4, alpha: 8, targets: ['q_proj', 'v_proj'], rankStabilized: false },
      base: 'llama_tiny',
      revision: null,
    });
    const { rank, rankStabilized, targets } = parseAdapterConfig(
      json(`${FOLDER}/qwen2/${ADAPTER_CONFIG}`),
    ).lora;
    expect([rank, rankStabilized, targets]).toEqual([3, true, LORA_TARGETS]);
  });

  it.each([
    ['all-linear', LORA_TARGETS],
    [
      ['mlp.up_proj', 'self_attn.q_proj'],
      ['q_proj', 'up_proj'],
    ],
  ])('may name its targets as %j', (names, targets) => {
    expect(parseAdapterConfig({ ...written, target_modules: names }).lora.targets).toEqual(targets);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ peft_type: 'IA3' }, /peft_type/],
    [{ r: 0 }, /^adapter_config\.json: r:/],
    [{ lora_alpha: -1 }, /lora_alpha/],
    [{ target_modules: ['q_proj', 'lm_head'] }, /target_modules is \["q_proj","lm_head"\]: only q_proj, /],
    [{ target_modules: 'model.layers.[0-3].*' }, /target_modules/],
    [{ target_modules: [] }, /target_modules/],
    [{ use_dora: true }, /use_dora is true: it is not supported/],
    [{ fan_in_fan_out: true }, /fan_in_fan_out/],
    [{ bias: 'lora_only' }, /bias is "lora_only"/],
    [{ rank_pattern: { 'layers.0': 8 } }, /rank_pattern/],
    [{ layers_to_transform: [0] }, /layers_to_transform/],
    [{ init_lora_weights: 'pissa' }, /init_lora_weights is "pissa": it changes the weights of the model/],
    [{ modules_to_save: ['lm_head'] }, /modules_to_save/],
    [{ use_something_new: 1 }, /use_something_new is 1: it is not supported/],
  ])('is refused by name where it cannot be honoured: %j', (changed, message) => {
    expect(() => parseAdapterConfig({ ...written, ...changed })).toThrow(message);
  });

  it.each([[null], [3], [[]], ['x']])('is refused where it is no object: %j', (other) => {
    expect(() => parseAdapterConfig(other)).toThrow(/^adapter_config\.json: /);
  });
});

describe('adapter_model.safetensors', () => {
  it('comes out as it went in, under the names of PEFT', () => {
    const factors = packAdapter(config, lora, tensors);
    const files = new Map(adapterFiles('a', config, { lora, base: 'llama_tiny', revision: null }, factors));
    const again = readSafetensors(files.get(`a/${ADAPTER_WEIGHTS}`)!);
    expect([...again.tensors.keys()].toSorted()).toEqual([...tensors.keys()].toSorted());
    for (const [name, { shape, data }] of tensors) {
      expect(again.tensors.get(name)!.shape, name).toEqual(shape);
      expect(again.tensors.get(name)!.data, name).toEqual(data);
    }
    const text = new TextDecoder().decode(files.get(`a/${ADAPTER_CONFIG}`)!);
    expect(parseAdapterConfig(JSON.parse(text))).toEqual(parseAdapterConfig(written));
  });

  it('is refused where it is for another model or another rank', () => {
    expect(() => packAdapter({ ...config, layers: 1 }, lora, tensors)).toThrow(WeightsError);
    expect(() => packAdapter(config, { ...lora, rank: 5 }, tensors)).toThrow(
      /lora_A\.weight is \[4, 32\] in the file; the configuration needs \[5, 32\]/,
    );
    expect(() => packAdapter(config, { ...lora, targets: ['q_proj'] }, tensors)).toThrow(/no place for/);
  });
});
