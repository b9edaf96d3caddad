import type { Shown, ShownCheck, Tone, Verification } from '../domain.ts';
import type { Fault, Step } from './steps.ts';
import type { MathsTask } from './task.ts';
import type { Judgement } from './verifier.ts';

const OUTCOMES: Readonly<Record<Judgement['status'], readonly [Tone, string]>> = {
  right: ['pass', 'right'],
  wrong: ['fail', 'wrong'],
  unreadable: ['fail', 'unreadable'],
  'no-answer': ['none', 'no answer'],
};

const FAULTS: Readonly<Record<Fault, string>> = {
  false: 'false',
  unsupported: 'a leap',
  astray: 'off the way',
};

function answerCheck({ status, got, given, expected }: Judgement, task?: MathsTask): ShownCheck {
  const [tone, word] = OUTCOMES[status];
  const shown = got === null ? null : { kind: 'value' as const, text: got };
  const unread = given === null ? null : { kind: 'error' as const, text: given };
  const question = task?.units?.[0] === undefined ? 'answer' : `answer, in ${task.units[0]}`;
  return { tone, word, question, expected, got: status === 'right' ? null : (shown ?? unread) };
}

function stepCheck({ text, status, fault, result }: Step): ShownCheck {
  const tone: Tone = status === 'valid' ? 'pass' : status === 'invalid' ? 'fail' : 'none';
  const word = fault === null ? (status === 'valid' ? 'right' : 'unreadable') : FAULTS[fault];
  return { tone, word, question: text, expected: result ?? '', got: null };
}

/** Whether the answer is right, then each step of the reasoning. */
export function showJudgement({ detail }: Verification, task?: MathsTask): Shown {
  const judgement = detail as Judgement;
  const [tone, word] = OUTCOMES[judgement.status];
  return {
    outcome: { tone, word, count: null },
    line: null,
    error: null,
    checks: [answerCheck(judgement, task), ...judgement.steps.map(stepCheck)],
    output: '',
    timeMs: null,
  };
}
