import { batchAdvantages } from '../../rl/advantages.ts';
import { passedShare, totalReward } from '../../rl/gate.ts';
import type { Rollout, TrainConfig } from '../../rl/types.ts';
import type { Test, TestResult, Verdict } from '../../sandbox/types.ts';
import type { CodeTask } from '../../domains/code/task.ts';
import { verificationOf } from '../../domains/code/verifier.ts';
import { problems, type Problem, type Quality } from './problems.ts';
import { uniforms } from './random.ts';
import { END, THINK_OPEN } from '../../model/tokenizer/special-tokens.ts';
import { completionText } from '../../domains/completion.ts';
import { rewardsOf } from '../../rl/rewards/index.ts';

/** What the simulated policy is good at, each in [0, 1]. */
export interface Skill {
  readonly form: number;
  readonly solves: number;
  readonly careful: number;
  /** How good its reasoning sounds even when the program is wrong. */
  readonly polish: number;
}

const testsOf = (problem: Problem, lists: readonly (readonly number[])[]): Test[] =>
  lists.map((xs) => ({ args: [xs], expected: xs.length ? problem.value('careful', xs) : 0 }));

export const demoTasks: Readonly<Record<string, CodeTask>> = Object.fromEntries(
  problems.map((problem): [string, CodeTask] => [
    problem.id,
    {
      id: problem.id,
      family: problem.family,
      split: 'train',
      prompt: problem.prompt,
      entry: problem.entry,
      label: problem.id.replace('/', ': ').replaceAll('-', ' '),
      visibleTests: testsOf(problem, problem.visible),
      heldOutTests: testsOf(problem, problem.strict),
    },
  ]),
);

function verdictOf(problem: Problem, quality: Quality, id: string, random: () => number): Verdict {
  const tests = demoTasks[problem.id]?.visibleTests ?? [];
  const base = {
    id,
    total: tests.length,
    output: '',
    engine: 'demonstration',
    timeMs: 2 + random() * 9,
    memoryMb: null,
    weak: false,
  };
  if (quality === 'broken') {
    const error = { type: 'SyntaxError', message: "expected ':'", line: 1 };
    return { ...base, status: 'syntax', passed: 0, tests: tests.map(() => ({ status: 'not-run' })), error };
  }
  const results = tests.map((test, i): TestResult => {
    const expected = JSON.stringify(test.expected);
    const xs = problem.visible[i] ?? [];
    const got = quality === 'wrong' ? problem.value('wrong', xs) : test.expected;
    return { status: JSON.stringify(got) === expected ? 'pass' : 'wrong', got };
  });
  const passed = results.filter((r) => r.status === 'pass').length;
  return { ...base, status: passed === results.length ? 'pass' : 'wrong', passed, tests: results };
}

function attempt(problem: Problem, skill: Skill, place: string, random: () => number) {
  const solves = random() < skill.solves;
  const careful = random() < skill.careful;
  const formed = random() < skill.form;
  const broken = !solves && random() < 0.2;
  const quality: Quality = broken ? 'broken' : !solves ? 'wrong' : careful ? 'careful' : 'hasty';
  const shown = quality === 'broken' ? 'wrong' : quality;
  const program = formed
    ? problem.program[shown].replace(quality === 'broken' ? '(xs):' : '\0', '(xs)')
    : null;
  // A wrong program may still come with the careful plan: reasoning that sounds right and fails.
  const pretends = !solves && random() < skill.polish;
  const reasoning = formed ? problem.plan[pretends ? 'careful' : shown] : null;
  const base = pretends || shown === 'careful' ? 0.8 : shown === 'hasty' ? 0.45 : 0.28;
  const thinking = formed ? Math.min(0.99, Math.max(0.02, base + (random() - 0.5) * 0.34)) : 0;
  const verdict: Verdict = formed
    ? verdictOf(problem, quality, place, random)
    : {
        id: place,
        status: 'no-code',
        passed: 0,
        total: problem.visible.length,
        tests: [],
        output: '',
        timeMs: 0,
        memoryMb: null,
        weak: false,
        engine: 'demonstration',
      };
  return { program, reasoning, thinking, verdict, formed, pretends, solves };
}

/** The completions of one simulated step; rewards and advantages come from the real functions. */
export function demoRollouts(config: TrainConfig, step: number, skill: Skill): Rollout[] {
  const drafts = Array.from({ length: config.promptsPerStep * config.groupSize }, (_, at) => {
    const group = Math.floor(at / config.groupSize);
    const random = uniforms('rollout', config.seed, step, at);
    const problem = problems[(group + step) % problems.length] as Problem;
    const ease = 0.75 + 0.5 * uniforms('ease', config.seed, step, group)();
    const able = { ...skill, solves: Math.min(0.985, skill.solves * ease) };
    const a = attempt(problem, able, `${step}/${at}`, random);
    const text = a.formed
      ? completionText(a.reasoning ?? '', a.program ?? '').slice(0, -END.length)
      : `${THINK_OPEN}${problem.plan.hasty} ${problem.plan.hasty} ${problem.plan.hasty}`;
    const length = Math.round(text.length / 3.1);
    const rewards = rewardsOf({
      format: a.formed ? 1 : 0,
      outcome: a.verdict.status === 'pass' ? 1 : 0,
      thinking: a.thinking,
    });
    return {
      step,
      group,
      index: at % config.groupSize,
      taskId: problem.id,
      tokens: Array.from({ length }, () => 0),
      logprobs: Array.from({ length }, () => -0.3 - random() * 0.2),
      text,
      reasoning: a.reasoning,
      answer: a.program,
      truncated: !a.formed,
      verification: verificationOf(a.verdict, a.verdict.total),
      rewards,
      reward: totalReward(rewards, config.gate, passedShare(a.verdict), config),
      entropy: 0.2 + 0.5 * random() * (1 - 0.6 * skill.solves),
      kl: config.beta > 0 ? 0.002 + (0.03 * random() * step) / (20 + step) : null,
      agreement: a.formed ? !a.pretends : null,
    };
  });
  const advantage = batchAdvantages(
    drafts.map((draft) => ({ ...draft, passedTests: passedShare(draft.verification), extra: 0 })),
    config,
  );
  return drafts.map((draft, i) => ({ ...draft, advantage: advantage[i] ?? 0 }));
}
