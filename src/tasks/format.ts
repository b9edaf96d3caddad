/** How prompts and completions are laid out as text; the tags and the end are single tokens. */

export const PAD = '<|pad|>';
export const END = '<|end|>';
export const THINK_OPEN = '<think>';
export const THINK_CLOSE = '</think>';
export const ANSWER_OPEN = '<answer>';
export const ANSWER_CLOSE = '</answer>';

/** Every special token, in the order of its id from 0. */
export const SPECIAL_TOKENS = [PAD, END, THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE] as const;

/** A completion as the policy should write it, end-of-text included. */
export function completionText(reasoning: string, program: string): string {
  return `${THINK_OPEN}${reasoning}${THINK_CLOSE}${ANSWER_OPEN}${program}${ANSWER_CLOSE}${END}`;
}

/** What the reward model reads: the prompt and the reasoning alone, never the program. */
export function reasoningText(prompt: string, reasoning: string): string {
  return `${prompt}${THINK_OPEN}${reasoning}${THINK_CLOSE}`;
}
