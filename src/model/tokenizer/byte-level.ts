/** A byte-level tokenizer as the content of a tokenizer.json. */

export interface TokenizerJson<Merge> {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly {
    readonly id: number;
    readonly content: string;
    readonly single_word: boolean;
    readonly lstrip: boolean;
    readonly rstrip: boolean;
    readonly normalized: boolean;
    readonly special: boolean;
  }[];
  readonly normalizer: object | null;
  readonly pre_tokenizer: object;
  readonly post_processor: object | null;
  readonly decoder: object;
  readonly model: {
    readonly type: 'BPE';
    readonly dropout: null;
    readonly unk_token: null;
    readonly continuing_subword_prefix: null;
    readonly end_of_word_suffix: null;
    readonly fuse_unk: boolean;
    readonly byte_fallback: boolean;
    readonly ignore_merges: boolean;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly Merge[];
  };
}

export interface ByteLevelTokenizer<Merge> {
  /** Tokens that a text holds as they are spelled. */
  readonly added: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
  readonly normalizer?: object | null;
  /** What splits a text into pieces, one after the other. */
  readonly patterns: readonly string[];
  readonly vocabulary: Readonly<Record<string, number>>;
  /** Pairs, or, as older files have them, with a space between the two. */
  readonly merges: readonly Merge[];
  /** Whether a piece that is a token is taken whole. */
  readonly ignoreMerges?: boolean;
  /** The token that stands before each text. */
  readonly opening?: { readonly id: number; readonly content: string } | null;
}

export function byteLevelJson<Merge>({
  added,
  normalizer = null,
  patterns,
  vocabulary,
  merges,
  ignoreMerges = false,
  opening = null,
}: ByteLevelTokenizer<Merge>): TokenizerJson<Merge> {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map(({ id, content, special }) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special,
    })),
    normalizer,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...patterns.map((Regex) => ({
          type: 'Split',
          pattern: { Regex },
          behavior: 'Isolated',
          invert: false,
        })),
        byteLevel,
      ],
    },
    post_processor: opening && {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: opening.content, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: opening.content, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: opening.content, type_id: 1 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: {
        [opening.content]: { id: opening.content, ids: [opening.id], tokens: [opening.content] },
      },
    },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: ignoreMerges,
      vocab: vocabulary,
      merges,
    },
  };
}
