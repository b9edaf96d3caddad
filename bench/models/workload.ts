/** What the engines are given, all of them the same. */
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { LORA_TARGETS, type LoraConfig } from '../../src/model/lora.ts';
import type { Tokenizer } from '../../src/model/tokenizer/index.ts';
import type { Prompt, TrainingBatch } from './types.ts';

export const PROMPT_TOKENS = 64;
export const BATCHES = [1, 16] as const;

/** Least number of tokens between the beginnings of two prompts. */
const STRIDE = 16;

/** Of which prompts are cut out: any text of three hundred tokens and some more. */
export const TEXT = `A program is a text that two readers have to understand: the machine, which does exactly what it says, and the
next person, who wants to know why. The machine never complains. It adds, compares and jumps, and if a number is wrong it is wrong
very quickly. The person reads more slowly, from the top, and stops at the first name that says nothing. So the names come first.
Here is a function that counts how often each word occurs in a list of lines:

def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.lower().split():
            counts[word] = counts.get(word, 0) + 1
    return counts

It takes the lines one after the other, divides each into words and keeps a dictionary with a number for every word. For the lines
"the sun and the moon" and "the sea" it returns a dictionary in which "the" stands with three and every other word with one. If
somebody asks for the most frequent words, the items are sorted by their number and the first ten are taken. There are four seasons
in a year: spring, summer, autumn and winter. In spring the snow melts in the mountains, the rivers rise, and the farmers begin to
sow wheat and barley. In summer the days are long and warm. The capital of Italy is Rome, the capital of Spain is Madrid, and the
capital of Portugal is Lisbon. Water boils at one hundred degrees and freezes at zero.`;

/**
 * `count` prompts of {@link PROMPT_TOKENS} ids out of {@link TEXT}, each a little further on than the one before, and each such
 * that its text has just these ids.
 */
export function promptsOf({ encode, decode }: Pick<Tokenizer, 'encode' | 'decode'>, count: number): Prompt[] {
  const all = encode(TEXT);
  const prompts: Prompt[] = [];
  for (let start = 0; prompts.length < count; start++) {
    const ids = all.slice(start, start + PROMPT_TOKENS);
    if (ids.length < PROMPT_TOKENS)
      throw new RangeError(
        `The text has ${all.length} tokens in this vocabulary: too few for ${count} prompts.`,
      );
    const text = decode(ids);
    if (encode(text).join() !== ids.join()) continue;
    prompts.push({ ids, text });
    start += STRIDE - 1;
  }
  return prompts;
}

export const LORA: LoraConfig = { rank: 16, alpha: 32, targets: LORA_TARGETS, rankStabilized: false };
/** Of the factors that both start from. */
export const FACTORS_SEED = 1;
export const LEARNING_RATE = 1e-3;
export const ADAMW = ADAMW_DEFAULTS;

/** One prompt of 256 tokens with four completions of 128, all of them arbitrary. */
export function trainingBatch(vocabulary: number): TrainingBatch {
  const first = 100;
  const ids = (count: number, seed: number): number[] =>
    Array.from({ length: count }, (_, i) => first + ((i * 7919 + seed * 31) % (vocabulary - first)));
  return {
    prompt: ids(256, 1),
    completions: [2, 3, 4, 5].map((seed) => ids(128, seed)),
    advantages: [1, -1, 0.5, -0.5],
  };
}
