import { Tokenizer as Library } from '@huggingface/tokenizers';
import { withExactClasses } from './pre-tokenizers.ts';
import { END, PAD } from './special-tokens.ts';
import { messageOf } from '../../errors.ts';

/** Text to token ids and back, from any byte-level `tokenizer.json`. */
export interface Tokenizer {
  /** Ids of the text; special tokens only where the text spells them out. */
  encode(text: string): number[];
  /**
   * What the tokenizer itself puts before a text that a sequence begins with, such as Llama 3's `<|begin_of_text|>`; empty
   * for most. Chats go without: their template writes it.
   */
  readonly opening: string;
  /**
   * The exact text, special tokens included; bytes that are not UTF-8 become U+FFFD. An id without a token adds nothing:
   * a model whose vocabulary is padded may draw one. Throws `RangeError` for what is no id.
   */
  decode(ids: readonly number[]): string;
  readonly padId: number;
  readonly endId: number;
  readonly vocabSize: number;
  /** Whether the token stands for itself and is no text: the end, the beginning of a message. */
  isSpecial(id: number): boolean;
  /** The text of one token alone. Throws `RangeError` for an id outside the vocabulary. */
  tokenAt(id: number): string;
}

/** A `tokenizer.json` that cannot be read, or that lacks a token this project needs. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}

/** The first of these that the vocabulary has serves where no configuration says: imported models bring their own names. */
const END_NAMES = [
  END,
  '<|endoftext|>',
  '<|im_end|>',
  '</s>',
  '<|eot_id|>',
  '<|end_of_text|>',
  '<eos>',
  '<｜end▁of▁sentence｜>',
];
const PAD_NAMES = [
  PAD,
  '<|endoftext|>',
  '<pad>',
  '<|finetune_right_pad_id|>',
  '<｜▁pad▁｜>',
  '<unk>',
  ...END_NAMES,
];

/** Token ids that a model's configuration says; they win over names. */
export interface SpecialIds {
  readonly padId: number;
  readonly endIds: readonly number[];
}

/** Wraps the parsed content of a `tokenizer.json`. Throws {@link TokenizerError}. */
export function loadTokenizer(json: unknown, ids: SpecialIds | null = null): Tokenizer {
  if (typeof json !== 'object' || json === null) {
    throw new TokenizerError('A tokenizer.json must hold an object; nothing was loaded.');
  }
  const library = guarded(() => new Library(withExactClasses(json), { clean_up_tokenization_spaces: false }));
  const named = (names: readonly string[], what: string): number => {
    for (const name of names) {
      const id = library.token_to_id(name);
      if (id !== undefined) return id;
    }
    throw new TokenizerError(`The tokenizer has no ${what} token; it needs one of ${names.join(', ')}.`);
  };
  const vocabSize = guarded(() => sizeOf(library));
  const added = library.get_added_tokens_decoder();
  const decode = (tokens: readonly number[]): string => {
    const wrong = tokens.find((id) => !Number.isSafeInteger(id) || id < 0);
    if (wrong !== undefined) throw new RangeError(`${wrong} is no token id.`);
    const known = tokens.filter((id) => library.id_to_token(id) !== undefined);
    // The library refuses to decode nothing.
    if (known.length === 0) return '';
    return guarded(() =>
      library.decode(known, { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
    );
  };
  const encode = (text: string): number[] =>
    guarded(() => library.encode(text, { add_special_tokens: false }).ids);
  return {
    encode,
    opening: openingOf(library, encode, decode),
    decode,
    padId: ids?.padId ?? named(PAD_NAMES, 'padding'),
    endId: ids?.endIds[0] ?? named(END_NAMES, 'end-of-text'),
    vocabSize,
    isSpecial: (id) => added.get(id)?.special === true,
    tokenAt(id) {
      if (library.id_to_token(id) === undefined)
        throw new RangeError(`Token ${id} is outside the vocabulary of ${vocabSize}.`);
      return decode([id]);
    },
  };
}

/** What a text begins with by the file's post-processor. What it would put behind one is left out: prompts go on. */
function openingOf(library: Library, encode: Tokenizer['encode'], decode: Tokenizer['decode']): string {
  const [first] = encode('a');
  const { ids } = guarded(() => library.encode('a'));
  const before = ids.slice(0, Math.max(0, ids.indexOf(first!)));
  const text = decode(before);
  if (encode(text).join() === before.join()) return text;
  throw new TokenizerError(
    `This tokenizer.json puts ${JSON.stringify(text)} before each text, which is another token when it is read as text; nothing was loaded.`,
  );
}

/** Ids of a text that a sequence begins with. */
export const encodeOpened = (tokenizer: Pick<Tokenizer, 'encode' | 'opening'>, text: string): number[] =>
  tokenizer.encode(tokenizer.opening + text);

function sizeOf(library: Library): number {
  let largest = -1;
  for (const id of library.get_vocab().values()) {
    if (!Number.isSafeInteger(id) || id < 0) throw new Error(`the id ${String(id)} is no token id`);
    largest = Math.max(largest, id);
  }
  if (largest < 0) throw new Error('it has no tokens');
  return largest + 1;
}

/** The library believes its file and finds out late, in words of its own. */
function guarded<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new TokenizerError(`This tokenizer.json cannot be read (${messageOf(error)}); nothing was loaded.`);
  }
}
