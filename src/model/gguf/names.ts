/** Tensors of a GGUF file under the names, and in the order of rows, that Hugging Face has. */

const OUTSIDE: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};

const IN_BLOCK: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

/** Hugging Face's name of a tensor of llama, qwen2 and qwen3; null where it has none. */
export function huggingFaceName(name: string): string | null {
  const outside = Object.hasOwn(OUTSIDE, name) ? OUTSIDE[name]! : null;
  const [, block, module = '', kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  if (outside !== null || block === undefined) return outside;
  return Object.hasOwn(IN_BLOCK, module) ? `model.layers.${block}.${IN_BLOCK[module]}.${kind}` : null;
}

/** Whether llama.cpp's converter puts the rows of this tensor of a llama in another order. */
export const isPermuted = (name: string): boolean => /\.attn_[qk]\.(weight|bias)$/.test(name);

/**
 * Undoes that order (`LlamaModel.permute` in llama.cpp's `convert_hf_to_gguf.py`): it has the two rows that one angle
 * turns beside each other, where Hugging Face has the first of all pairs of a head and then the second of all.
 * @param data [heads · headWidth, …]
 */
export function unpermuted(data: Float32Array, rows: number, heads: number): Float32Array {
  const width = data.length / rows;
  const half = rows / heads / 2;
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const [head, inside] = [Math.floor(row / (2 * half)), row % (2 * half)];
    const from = head * 2 * half + 2 * (inside % half) + Math.floor(inside / half);
    out.set(data.subarray(from * width, (from + 1) * width), row * width);
  }
  return out;
}
