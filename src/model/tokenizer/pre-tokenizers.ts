/**
 * Pre-tokenizers by the character classes that the library `tokenizers` means. `@huggingface/tokenizers` 0.2.0 takes two of
 * them by JavaScript's own: white space of `ByteLevel` (which has U+FEFF in it and not U+0085), and the digits of `Digits`
 * (0 to 9 alone, where Rust's `char::is_numeric` has ², ½ and ٣ too). Its `Split` takes expressions as they are meant.
 */

/** Of GPT-2, as `tokenizers` has it. */
const BYTE_LEVEL = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const split = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false });

function exact(step: unknown): unknown {
  if (!isObject(step)) return step;
  switch (step['type']) {
    case 'Sequence':
      return Array.isArray(step['pretokenizers'])
        ? { ...step, pretokenizers: step['pretokenizers'].map(exact) }
        : step;
    case 'Digits':
      return split(step['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
    case 'ByteLevel':
      // A space in front comes before the split, so there the library's own stays.
      return step['use_regex'] === false || step['add_prefix_space'] === true
        ? step
        : { type: 'Sequence', pretokenizers: [split(BYTE_LEVEL), { ...step, use_regex: false }] };
    default:
      return step;
  }
}

/** The content of a tokenizer.json whose pre-tokenizers split as `tokenizers` does. */
export const withExactClasses = (json: object): object =>
  'pre_tokenizer' in json ? { ...json, pre_tokenizer: exact(json.pre_tokenizer) } : json;
