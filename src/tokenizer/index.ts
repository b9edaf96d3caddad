import { Tokenizer as Library } from '@huggingface/tokenizers';
import { END, PAD } from '../tasks/format.ts';
import { messageOf } from '../errors.ts';

/** Text to token ids and back, from any byte-level `tokenizer.json`. */
export interface Tokenizer {
  /** Ids of the text; special tokens only where the text spells them out. */
  encode(text: string): number[];
  /** The exact text, special tokens included; bytes that are not UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string;
  readonly padId: number;
  readonly endId: number;
  readonly vocabSize: number;
  /** The text of one token alone. Throws `RangeError` for an id outside the vocabulary. */
  tokenAt(id: number): string;
}

/** A `tokenizer.json` that cannot be read, or that lacks a token this project needs. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}

/** The first of these that the vocabulary has serves; imported models bring their own names. */
const END_NAMES = [END, '<|endoftext|>', '<|im_end|>', '</s>'];
const PAD_NAMES = [PAD, '<|endoftext|>', '<pad>', '</s>'];

/** Wraps the parsed content of a `tokenizer.json`. Throws {@link TokenizerError}. */
export function loadTokenizer(json: unknown): Tokenizer {
  const library = open(json);
  const named = (names: readonly string[], what: string): number => {
    for (const name of names) {
      const id = library.token_to_id(name);
      if (id !== undefined) return id;
    }
    throw new TokenizerError(`The tokenizer has no ${what} token; it needs one of ${names.join(', ')}.`);
  };
  const vocabSize = Math.max(...library.get_vocab().values()) + 1;
  const decode = (ids: readonly number[]): string => {
    const unknown = ids.find((id) => library.id_to_token(id) === undefined);
    if (unknown !== undefined) {
      throw new RangeError(`Token ${unknown} is outside the vocabulary of ${vocabSize}.`);
    }
    // The library refuses to decode nothing.
    if (ids.length === 0) return '';
    return library.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  };
  return {
    encode: (text) => library.encode(text, { add_special_tokens: false }).ids,
    decode,
    padId: named(PAD_NAMES, 'padding'),
    endId: named(END_NAMES, 'end-of-text'),
    vocabSize,
    tokenAt: (id) => decode([id]),
  };
}

function open(json: unknown): Library {
  if (typeof json !== 'object' || json === null) {
    throw new TokenizerError('A tokenizer.json must hold an object; nothing was loaded.');
  }
  try {
    return new Library(json, { clean_up_tokenization_spaces: false });
  } catch (error) {
    const reason = messageOf(error);
    throw new TokenizerError(`This tokenizer.json cannot be read (${reason}); nothing was loaded.`);
  }
}
