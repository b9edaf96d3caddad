/** How a completion's text is read, beside the form itself: exactly, after a tag in the prompt, or with what chat models do. */
import { ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN } from '../model/tokenizer/special-tokens.ts';
import { formText, type ParsedCompletion } from './completion.ts';

export const FORMAT_PROFILES = ['strict', 'prefilled', 'chat'] as const;
export type FormatProfile = (typeof FORMAT_PROFILES)[number];

type Parse = (text: string) => ParsedCompletion;

/**
 * A domain's parser by a profile.
 *
 * - `strict`: the parser itself.
 * - `prefilled`: the prompt ends in the opening think tag, and the text is read as if it began with it.
 * - `chat`: see {@link chatForm}.
 */
export function parserOf(profile: FormatProfile, parse: Parse): Parse {
  switch (profile) {
    case 'strict':
      return parse;
    case 'prefilled':
      return (text) => parse(THINK_OPEN + text);
    case 'chat':
      return (text) => parse(chatForm(text));
  }
}

/**
 * A chat model's text in the strict form, where it has one:
 *
 * 1. What stands before the first opening think tag is left out, and what stands between the closing think tag and the
 *    opening answer tag.
 * 2. The answer ends at its closing tag, and what follows is left out; without a closing tag it ends with the text.
 * 3. Where the answer has a fenced code block, it is the content of the first one; a fence without an end reaches to the
 *    end of the answer.
 *
 * The order of the tags, and that each stands once in what is left, is as strict as ever. A text without an opening think
 * tag, a closing one or an opening answer tag comes back as it is. Takes linear time.
 */
export function chatForm(text: string): string {
  const think = text.indexOf(THINK_OPEN);
  const thinkEnd = think < 0 ? -1 : text.indexOf(THINK_CLOSE, think);
  const answer = thinkEnd < 0 ? -1 : text.indexOf(ANSWER_OPEN, thinkEnd);
  if (answer < 0) return text;
  const reasoning = text.slice(think + THINK_OPEN.length, thinkEnd);
  const rest = text.slice(answer + ANSWER_OPEN.length);
  const end = rest.indexOf(ANSWER_CLOSE);
  return formText(reasoning, unfenced(end < 0 ? rest : rest.slice(0, end)));
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/s;

/** The content of the first fenced code block (CommonMark 0.31, 4.5); the text itself where it has none. */
function unfenced(text: string): string {
  const lines = text.split('\n');
  const fenceOf = (line: string) => FENCE.exec(line.trimEnd());
  const open = lines.findIndex((line) => {
    const found = fenceOf(line);
    return found !== null && !(found[1]!.startsWith('`') && found[2]!.includes('`'));
  });
  if (open < 0) return text;
  const mark = fenceOf(lines[open]!)![1]!;
  const close = lines.findIndex((line, i) => {
    const found = i > open ? fenceOf(line) : null;
    return found !== null && found[2] === '' && found[1]!.startsWith(mark);
  });
  return lines.slice(open + 1, close < 0 ? undefined : close).join('\n');
}
