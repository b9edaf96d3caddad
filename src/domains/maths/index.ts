import { parseCompletion } from '../completion.ts';
import type { SiteDomain } from '../domain.ts';
import { agreement, measures, soundness } from './measures.ts';
import { showJudgement } from './show.ts';
import { MATHS_SOURCES } from './sources.ts';
import type { MathsTask } from './task.ts';
import { mathsVerifier } from './verifier.ts';

/** Problems with one exact answer, whose reasoning can be checked step by step. */
export const maths: SiteDomain<MathsTask> = {
  name: 'maths',
  label: 'Mathematics',
  words: {
    answer: 'Answer',
    checks: 'Answer and steps',
    noAnswer: 'No answer could be read: the completion does not have the required form.',
  },
  sources: MATHS_SOURCES,
  models: 'maths',
  promptOf: ({ prompt }) => prompt,
  titleOf: ({ prompt }) => prompt.trim(),
  askedFor: () => 'the final answer alone, as a number or an expression',
  solution: ({ reference, answer }) => (reference === undefined ? null : { reasoning: reference, answer }),
  languageOf: () => null,
  parse: parseCompletion,
  verifier: mathsVerifier,
  agreement,
  soundness,
  measures,
  show: showJudgement,
};
