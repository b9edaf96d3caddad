/** Tokens that stand for themselves: padding, the end, and the tags of the two parts of a completion. */

export const PAD = '<|pad|>';
export const END = '<|end|>';
export const THINK_OPEN = '<think>';
export const THINK_CLOSE = '</think>';
export const ANSWER_OPEN = '<answer>';
export const ANSWER_CLOSE = '</answer>';

/** Every special token, in the order of its id from 0. */
export const SPECIAL_TOKENS = [PAD, END, THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE] as const;
