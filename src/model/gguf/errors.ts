/** The bytes are not a GGUF file that can be used; the message names the rule, the key or the tensor. */
export class GgufError extends Error {
  override readonly name = 'GgufError';
}
