import { byteLevelJson, type TokenizerJson } from './byte-level.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';
import { byteSymbols } from './bytes.ts';

/**
 * Byte-level byte-pair encoding (Sennrich et al. 2016; bytes as in GPT-2), trained from text to the
 * `tokenizer.json` form that Hugging Face `tokenizers` reads.
 *
 * The shipped `public/starter/tokenizer.json` is `trainTokenizer(starterCorpus())`: see `corpus.ts` for its
 * text and seed, and `corpus.test.ts`, which fails when file and world drift apart.
 */

/**
 * Pieces that merges never cross: a word, a digit or a run of punctuation, each with the white space before it,
 * so that a line break with its indentation and the next word can be one token. Every character falls in one.
 */
export const PIECE = '\\s*\\p{L}+|\\s*\\p{N}|\\s*[^\\s\\p{L}\\p{N}]+|\\s+';

/** In JavaScript `\s` is not Unicode's White_Space, which tokenizer libraries mean by it. */
const pieces = new RegExp(PIECE.replaceAll('\\s', '\\p{White_Space}'), 'gu');

export interface TokenizerOptions {
  /** All tokens together: special tokens, 256 bytes, merges. Default 512. */
  readonly vocabSize?: number;
}

type Merge = readonly [string, string];

interface Word {
  symbols: string[];
  readonly count: number;
}

function countPieces(corpus: Iterable<string>): Word[] {
  const symbolOf = byteSymbols();
  const special = new RegExp(SPECIAL_TOKENS.map((token) => token.replaceAll('|', '\\|')).join('|'), 'u');
  const counts = new Map<string, number>();
  for (const text of corpus) {
    for (const part of text.split(special)) {
      for (const [piece] of part.matchAll(pieces)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
  }
  const encoder = new TextEncoder();
  return [...counts].map(([piece, count]) => ({
    symbols: Array.from(encoder.encode(piece), (byte) => symbolOf[byte]!),
    count,
  }));
}

/** The most frequent adjacent pair; ties go to the one that sorts first, so that order of text is immaterial. */
function bestPair(words: readonly Word[]): readonly [string, string] | null {
  const counts = new Map<string, number>();
  for (const { symbols, count } of words) {
    for (let i = 0; i + 1 < symbols.length; i++) {
      // The byte symbols hold no space, so it separates the two halves.
      const pair = `${symbols[i]} ${symbols[i + 1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  let best: string | null = null;
  let most = 1;
  for (const [pair, count] of counts) {
    if (count > most || (count === most && best !== null && pair < best)) [best, most] = [pair, count];
  }
  const [left, right] = best?.split(' ') ?? [];
  return left === undefined || right === undefined ? null : [left, right];
}

function merge(word: Word, [left, right]: readonly [string, string]): void {
  const out: string[] = [];
  for (let i = 0; i < word.symbols.length; i++) {
    if (word.symbols[i] === left && word.symbols[i + 1] === right) {
      out.push(left + right);
      i++;
    } else {
      out.push(word.symbols[i]!);
    }
  }
  word.symbols = out;
}

/**
 * Trains a tokenizer: ids are the special tokens from 0, the 256 bytes, then the merges in order. Deterministic
 * in the multiset of texts. Stops early when no pair occurs twice. Throws `RangeError` when `vocabSize` leaves
 * no room for all bytes.
 */
export function trainTokenizer(
  corpus: Iterable<string>,
  options: TokenizerOptions = {},
): TokenizerJson<Merge> {
  const vocabSize = options.vocabSize ?? 512;
  const alphabet = byteSymbols();
  const base = SPECIAL_TOKENS.length + alphabet.length;
  if (vocabSize < base) {
    throw new RangeError(
      `A vocabulary of ${vocabSize} cannot hold the ${base} special tokens and bytes; ask for more.`,
    );
  }
  const words = countPieces(corpus);
  const tokens: string[] = [...SPECIAL_TOKENS, ...alphabet];
  const merges: Merge[] = [];
  // A merge may spell a token that another merge has made already; it then adds a rule but no token.
  const known = new Set(tokens);
  while (tokens.length < vocabSize) {
    const pair = bestPair(words);
    if (pair === null) break;
    for (const word of words) merge(word, pair);
    merges.push(pair);
    const token = pair.join('');
    if (!known.has(token)) tokens.push(token);
    known.add(token);
  }
  return byteLevelJson({
    added: SPECIAL_TOKENS.map((content, id) => ({ id, content, special: true })),
    patterns: [PIECE],
    vocabulary: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges,
  });
}
