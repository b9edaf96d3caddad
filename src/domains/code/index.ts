import type { Verdict } from '../../sandbox/types.ts';
import { parseCompletion } from '../completion.ts';
import type { SiteDomain } from '../domain.ts';
import { asked } from './asked.ts';
import { showVerdict } from './show.ts';
import { CODE_SOURCES } from './sources.ts';
import { agreement } from './starter/agreement.ts';
import { partsOfSuite, referenceOf, soundness } from './starter/reference.ts';
import { isStarterTask } from './starter/task.ts';
import type { CodeTask } from './task.ts';
import { codeVerifier } from './verifier.ts';

/** Programs that are judged by running tests. */
export const code: SiteDomain<CodeTask> = {
  name: 'code',
  label: 'Programs',
  words: {
    answer: 'Program',
    checks: 'Tests',
    noAnswer: 'No program could be read: the completion does not have the required form.',
  },
  sources: CODE_SOURCES,
  models: 'starter',
  promptOf: ({ prompt }) => prompt,
  titleOf: asked,
  askedFor: ({ entry, language }) =>
    `the whole ${language === 'javascript' ? 'JavaScript' : 'Python'} program that defines ${entry}`,
  solution: (task) => (isStarterTask(task) ? referenceOf(task) : null),
  languageOf: (task) => task?.language ?? 'python',
  parse: parseCompletion,
  verifier: codeVerifier,
  // Only of the starter world is a plan known that both can be read as.
  agreement: (task, reasoning, answer) => (isStarterTask(task) ? agreement(task, reasoning, answer) : null),
  soundness: (task, reasoning) => (isStarterTask(task) ? soundness(task, reasoning) : null),
  parts: (task, { detail }) => (isStarterTask(task) ? partsOfSuite(task, detail as Verdict) : {}),
  show: showVerdict,
};
