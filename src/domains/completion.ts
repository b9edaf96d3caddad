/** How a completion is laid out as text, and how it is read back: the think–answer form that all domains share. */
import {
  ANSWER_CLOSE,
  ANSWER_OPEN,
  END,
  THINK_CLOSE,
  THINK_OPEN,
} from '../model/tokenizer/special-tokens.ts';

/** Reasoning and answer in their form. */
export function formText(reasoning: string, answer: string): string {
  return `${THINK_OPEN}${reasoning}${THINK_CLOSE}${ANSWER_OPEN}${answer}${ANSWER_CLOSE}`;
}

/** A completion as the policy should write it, end-of-text included. */
export function completionText(reasoning: string, answer: string): string {
  return formText(reasoning, answer) + END;
}

/** What the reward model reads: the prompt and the reasoning alone, never the answer. */
export function reasoningText(prompt: string, reasoning: string): string {
  return `${prompt}${THINK_OPEN}${reasoning}${THINK_CLOSE}`;
}

/** What a completion's text was parsed into: the two parts when its form is right, neither when it is not. */
export interface ParsedCompletion {
  /** R_f: whether the text has the form. */
  readonly format: 0 | 1;
  /** Text inside `<think>`, trimmed. */
  readonly reasoning: string | null;
  /**
   * Text inside `<answer>` without blank lines around it; the indentation of every line is kept. Null where the
   * form is wrong, so that no outcome reward can be had without the format reward.
   */
  readonly answer: string | null;
}

const TAGS = [THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE];
const MALFORMED: ParsedCompletion = { format: 0, reasoning: null, answer: null };

/**
 * Accepts exactly `<think>R</think><answer>A</answer>`: each tag once and in this order, nothing before or after,
 * only white space between the blocks, R and A not blank. Tags are compared as plain text, so several lines are
 * no special case and a hostile text costs linear time. `text` comes without the end-of-text token.
 */
export function parseCompletion(text: string): ParsedCompletion {
  if (TAGS.some((tag) => text.indexOf(tag) !== text.lastIndexOf(tag))) return MALFORMED;
  const thinkEnd = text.indexOf(THINK_CLOSE);
  const answerStart = text.indexOf(ANSWER_OPEN);
  if (
    !text.startsWith(THINK_OPEN) ||
    !text.endsWith(ANSWER_CLOSE) ||
    thinkEnd < 0 ||
    answerStart < thinkEnd
  ) {
    return MALFORMED;
  }
  const between = text.slice(thinkEnd + THINK_CLOSE.length, answerStart);
  const reasoning = text.slice(THINK_OPEN.length, thinkEnd).trim();
  const answer = text.slice(answerStart + ANSWER_OPEN.length, -ANSWER_CLOSE.length);
  if (between.trim() !== '' || reasoning === '' || answer.trim() === '') return MALFORMED;
  return { format: 1, reasoning, answer: stripBlankLines(answer) };
}

function stripBlankLines(text: string): string {
  const firstVisible = text.length - text.trimStart().length;
  const lineStart = text.lastIndexOf('\n', firstVisible) + 1;
  return text.slice(lineStart).trimEnd();
}
