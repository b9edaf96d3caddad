import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { END, SPECIAL_TOKENS } from './special-tokens.ts';
import { completionText } from '../../domains/completion.ts';
import { planOf, referenceSolution, starterTasks } from '../../domains/code/starter/index.ts';
import { toPython } from '../../domains/code/starter/literal.ts';
import { LAYOUTS, layOut, partsOf } from '../../domains/code/starter/reasoning.ts';
import { byteSymbols } from './bytes.ts';
import { starterCorpus } from '../../recipes/corpus.ts';
import { encodeOpened, loadTokenizer, TokenizerError } from './index.ts';
import { PIECE, trainTokenizer } from './train.ts';

const file: unknown = JSON.parse(
  readFileSync(new URL('../../../public/starter/tokenizer.json', import.meta.url), 'utf8'),
);
const starter = loadTokenizer(file);

/** Text that breaks careless tokenizers: bytes of every class, joined emoji, marks, line ends, odd spaces. */
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\n\r\n\t x',
  '👩‍👩‍👧‍👦 and 🏳️‍🌈',
  'e\u0301 vs é, n\u0303o\u0308',
  'ﬁ ½ ² ① ٣ 十',
  '\u00a0\u2003\u3000\u0085\u2028\u200b\ufeffx',
  'नमस्ते สวัสดี こんにちは 안녕 שלום',
  "it's n't 'm . , ? !",
  '\u{10ffff}\u{1f600}',
  '<think <|end| </answer',
  'Ġword Ċ Ā',
  'x'.repeat(700),
];

function randomText(random: Random): string {
  const ranges = [
    [0x00, 0x7f],
    [0x80, 0x7ff],
    [0x300, 0x36f],
    [0x2000, 0x206f],
    [0xe000, 0xffff],
    [0x1f300, 0x1faff],
  ] as const;
  return Array.from({ length: 1 + random.int(30) }, () => {
    const [low, high] = random.pick(ranges);
    return String.fromCodePoint(low + random.int(high - low + 1));
  }).join('');
}

function spread(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.floor(quantile * (sorted.length - 1))]!;
  return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}

describe('the starter tokenizer', () => {
  it('is what training on the starter corpus gives', () => {
    expect(trainTokenizer(starterCorpus())).toEqual(file);
  }, 60_000);

  it('has 512 tokens: special tokens from 0, all bytes, merges', () => {
    expect(starter.vocabSize).toBe(512);
    expect(SPECIAL_TOKENS.map((token) => starter.encode(token))).toEqual(SPECIAL_TOKENS.map((_, id) => [id]));
    expect([starter.padId, starter.endId]).toEqual([0, 1]);
    expect(starter.tokenAt(1)).toBe('<|end|>');
    const texts = Array.from({ length: 512 - 262 }, (_, i) => starter.tokenAt(262 + i));
    expect(texts).toContain('\n    return');
    expect(new Set(texts).size).toBe(texts.length);
  });

  it.each(NASTY)('round-trips %j', (text) => {
    expect(starter.decode(starter.encode(text))).toBe(text);
  });

  it('round-trips random Unicode text, with tags in it', () => {
    const random = new Random(5, 0, 'round trip');
    for (let i = 0; i < 500; i++) {
      const text = randomText(random) + random.pick([...SPECIAL_TOKENS, '']) + randomText(random);
      expect(starter.decode(starter.encode(text))).toBe(text);
    }
  });

  it('encodes every one of the 256 bytes', () => {
    // Bytes from 0x80 on occur in UTF-8 only inside longer characters: take characters that use them all.
    const text = Array.from({ length: 0x800 }, (_, i) => String.fromCodePoint(i)).join('');
    expect(starter.decode(starter.encode(text))).toBe(text);
    expect(starter.encode('\x07')).toHaveLength(1);
    expect(starter.encode('\u{10ffff}')).toHaveLength(4);
  });

  it('recognises tags inside text and adds none of its own', () => {
    const ids = starter.encode(completionText('keep it', 'pass'));
    expect(ids.slice(0, 1)).toEqual([2]);
    expect(ids.slice(-2)).toEqual([5, 1]);
    expect(ids.filter((id) => id < 6)).toEqual([2, 3, 4, 5, 1]);
    expect(starter.encode('keep it').filter((id) => id < 6)).toEqual([]);
  });

  it('merges as a plain implementation of BPE does', () => {
    const { merges } = trainTokenizer(['']).model;
    expect(merges).toEqual([]);
    const { model } = file as ReturnType<typeof trainTokenizer>;
    const symbols = byteSymbols();
    const plain = (text: string): number[] =>
      [...text.matchAll(new RegExp(PIECE, 'gu'))].flatMap(([piece]) => {
        let word = [...Buffer.from(piece)].map((byte) => symbols[byte]!);
        for (const [left, right] of model.merges) {
          for (let i = 0; i + 1 < word.length; i++) {
            if (word[i] === left && word[i + 1] === right) {
              word = [...word.slice(0, i), left + right, ...word.slice(i + 2)];
            }
          }
        }
        return word.map((symbol) => model.vocab[symbol]!);
      });
    for (const task of starterTasks().slice(0, 200)) {
      const { reasoning, program } = referenceSolution(task);
      for (const text of [task.prompt, reasoning, program]) expect(starter.encode(text)).toEqual(plain(text));
    }
  });

  it('keeps prompts within 48 and completions within 80 tokens, in the longest words there are', () => {
    const prompts: number[] = [];
    const completions: number[] = [];
    const longest: number[] = [];
    for (const task of starterTasks()) {
      const plan = planOf(task);
      const reference = referenceSolution(task);
      prompts.push(starter.encode(task.prompt).length);
      completions.push(starter.encode(completionText(reference.reasoning, reference.program)).length);
      const phrasings = partsOf(plan).map((part) =>
        part.kind === 'step'
          ? part.step.says
          : plan.family.edge.says.map((says) => `${says}, return ${toPython(part.edge.value)}`),
      );
      const words = phrasings.map((options) =>
        options.reduce((a, b) => (starter.encode(` ${b}`).length > starter.encode(` ${a}`).length ? b : a)),
      );
      const lengths = LAYOUTS.map(
        (layout) => starter.encode(completionText(layOut(words, layout), reference.program)).length,
      );
      longest.push(Math.max(...lengths));
    }
    const lengths = {
      prompts: spread(prompts),
      completions: spread(completions),
      'longest words': spread(longest),
    };
    console.table(lengths);
    expect(lengths.prompts.p95).toBeLessThanOrEqual(40);
    expect(lengths.prompts.max).toBeLessThanOrEqual(48);
    expect(lengths['longest words'].max).toBeLessThanOrEqual(80);
  });
});

describe('trainTokenizer', () => {
  it('merges the most frequent pair first, and the first in order among equals', () => {
    const { model } = trainTokenizer(['abab abab xyxy xyxy'], { vocabSize: 264 });
    expect(model.merges).toEqual([
      ['a', 'b'],
      ['x', 'y'],
    ]);
    expect(model.vocab['ab']).toBe(262);
  });

  it('does not depend on the order of the texts', () => {
    const texts = ['one two two', 'three three three one', 'x = [y for y in z]'];
    const options = { vocabSize: 280 };
    expect(trainTokenizer([...texts].reverse(), options)).toEqual(trainTokenizer(texts, options));
  });

  it('never merges across a tag or a word boundary', () => {
    const { model } = trainTokenizer(Array.from({ length: 9 }, () => `ab${END}cd ef`));
    const made = model.merges.map((pair) => pair.join(''));
    expect(made).toContain('ab');
    expect(made.filter((token) => /bc|d.*e/.test(token))).toEqual([]);
  });

  it('refuses a vocabulary too small for the bytes', () => {
    expect(() => trainTokenizer(['a'], { vocabSize: 100 })).toThrow(RangeError);
  });
});

describe('loadTokenizer', () => {
  it.each([null, 'text', 12])('says what is wrong with %j', (json) => {
    expect(() => loadTokenizer(json)).toThrow(TokenizerError);
  });

  it('refuses a damaged file and one without an end-of-text token', () => {
    expect(() => loadTokenizer({})).toThrow(/cannot be read/);
    const bare = trainTokenizer(['a']);
    const vocab = Object.fromEntries(Object.entries(bare.model.vocab).filter(([token]) => token !== END));
    const added = bare.added_tokens.filter((token) => token.content !== END);
    expect(() => loadTokenizer({ ...bare, added_tokens: added, model: { ...bare.model, vocab } })).toThrow(
      /end-of-text/,
    );
  });

  it('decodes nothing to nothing, and an id without a token too', () => {
    const [first] = starter.encode('def');
    expect(starter.decode([])).toBe('');
    expect(starter.decode([512])).toBe('');
    expect(starter.decode([512, first!, 600])).toBe(starter.decode([first!]));
    expect(() => starter.tokenAt(512)).toThrow(RangeError);
    expect(() => starter.decode([-1])).toThrow(RangeError);
    expect(() => starter.decode([1.5])).toThrow(RangeError);
  });

  it('replaces bytes that are not UTF-8', () => {
    const [first] = starter.encode('\u{10ffff}');
    expect(starter.decode([first!])).toBe('\ufffd');
  });
});

describe('a tokenizer that puts a token before each text', () => {
  const {
    tokenizer: json,
    opening,
    texts,
    ids,
  } = JSON.parse(readFileSync('tests/fixtures/opened_tokenizer.json', 'utf8')) as {
    readonly tokenizer: { readonly post_processor: { readonly processors: readonly object[] } };
    readonly opening: string;
    readonly texts: readonly string[];
    readonly ids: readonly (readonly number[])[];
  };
  const opened = loadTokenizer(json);

  it('gives the ids of transformers for a text that a sequence begins with', () => {
    expect(opened.opening).toBe(opening);
    for (const [i, text] of texts.entries())
      expect([text, encodeOpened(opened, text)]).toEqual([text, ids[i]]);
  });

  it('puts nothing before a text that goes on', () => {
    for (const [i, text] of texts.entries()) expect(opened.encode(text)).toEqual(ids[i]!.slice(1));
    expect(starter.opening).toBe('');
  });

  it('leaves out what it would put behind one, and is refused where the token is no text', () => {
    const [, template] = json.post_processor.processors as [object, { readonly special_tokens: object }];
    const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
    const around = (token: string, id: number) => ({
      ...json,
      post_processor: {
        ...template,
        single: [special(token), { Sequence: { id: 'A', type_id: 0 } }, special('<|end_of_text|>')],
        special_tokens: {
          [token]: { id: token, ids: [id], tokens: [token] },
          '<|end_of_text|>': { id: '<|end_of_text|>', ids: [602], tokens: ['<|end_of_text|>'] },
        },
      },
    });
    expect(loadTokenizer(around(opening, 601)).opening).toBe(opening);
    // A token of two letters that no merge of a text alone comes to.
    expect(() => loadTokenizer(around('<tool>', 600))).toThrow(TokenizerError);
    expect(() => loadTokenizer(around('<tool>', 600))).toThrow(/puts "<tool>" before each text/);
  });
});
