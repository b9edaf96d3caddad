import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { planOf, starterTasks } from '../../domains/code/starter/index.ts';
import { type Plan, sameBehaviour } from '../../domains/code/starter/plan.ts';
import { readProgram, writeProgram } from '../../domains/code/starter/program.ts';
import { writeReasoning } from '../../domains/code/starter/reasoning.ts';
import { mutants } from '../../domains/code/starter/suites.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import type { ScoredPair } from '../accuracy.ts';
import { wilsonInterval } from '../../statistics/intervals.ts';
import { readPairs } from '../pairs/jsonl.ts';
import type { ImportedPair } from '../pairs/types.ts';
import { sha256 } from '../../sha256.ts';
import { type Benchmark, BENCHMARK_SETTINGS, buildBenchmark } from './build.ts';
import { promptFreeControl, promptFreeScore } from './controls.ts';
import { evaluateBenchmark } from './evaluate.ts';
import { flawOf, judgeReasoning, judgeSample, type JudgedSample } from './judge.ts';
import { selectPairs, sideOf } from './select.ts';
import { wrongPrompts } from './wrong-prompts.ts';

const tasks = starterTasks().filter((task) => task.split === 'held-out');

/** Whether a program that the world can read passes all tests, without a sandbox. */
function passes(task: StarterTask, program: string): boolean {
  const plan = planOf(task);
  const written = readProgram(plan.family, program);
  const probes = [...task.visibleTests, ...task.heldOutTests].map((test) => test.args);
  return written !== null && sameBehaviour(written, plan, probes);
}

function sample(task: StarterTask, stated: Plan, written: Plan, random: Random): JudgedSample {
  const program = writeProgram(written);
  return judgeSample(task, writeReasoning(stated, random), program, passes(task, program));
}

/** Samples as a policy makes them: mostly forgetting the edge case, sometimes a step, sometimes both apart. */
function samplesFor(of: readonly StarterTask[], perTask: number): JudgedSample[] {
  const random = new Random(4, 0, 'samples');
  return of.flatMap((task) =>
    Array.from({ length: perTask }, () => {
      const plan = planOf(task);
      const { dropped, swapped } = mutants(plan);
      const wrong = random.pick([...dropped, ...swapped].filter((mutant) => mutant.steps.length > 0));
      const lazy = { ...plan, edge: null };
      const stated = random.pick([plan, plan, plan, lazy, lazy, wrong, wrong]);
      return sample(task, stated, random.uniform() < 0.9 ? stated : lazy, random);
    }),
  );
}

describe('judging a reasoning', () => {
  const task = tasks.find((one) => planOf(one).edge !== null && planOf(one).steps.length === 3)!;
  const plan = planOf(task);
  const random = new Random(1, 0, 'words');

  it('finds the whole plan sound, and what is missing or wrong a flaw of its dimension', () => {
    const [first, second, third] = plan.steps as [Plan['steps'][0], Plan['steps'][0], Plan['steps'][0]];
    expect(judgeReasoning(task, writeReasoning(plan, random))).toEqual({ kind: 'sound' });
    expect(flawOf(plan, plan)).toBeNull();
    const flaw = (stated: Plan) => flawOf(stated, plan);
    expect(flaw({ ...plan, edge: null })).toEqual({
      dimension: 'logical rigor',
      operation: 'missing-edge-case',
    });
    expect(flaw({ ...plan, edge: { value: 99 } })?.operation).toBe('wrong-constant');
    expect(flaw({ ...plan, steps: [first, third] })?.operation).toBe('missing-step');
    expect(flaw({ ...plan, steps: [second, first, third] })?.operation).toBe('shuffled-steps');
    expect(flaw({ ...plan, steps: [first, first, third] })?.operation).toBe('repeated-step');
    const other = [...plan.family.filters, ...plan.family.maps].find(
      (step) => !plan.steps.includes(step) && step.op !== second.op,
    )!;
    expect(flaw({ ...plan, steps: [first, other, third] })).toEqual({
      dimension: 'factual accuracy',
      operation: 'wrong-operation',
    });
    expect(flaw({ ...plan, steps: [first, second, other, third] })?.operation).toBe('contradiction');
    const whole = { ...plan, edge: null };
    expect(flawOf({ ...plan, edge: { value: 0 } }, whole)?.operation).toBe('invented-edge-case');
  });

  it('says when it cannot tell', () => {
    expect(judgeReasoning(task, 'hmm')).toEqual({ kind: 'unreadable' });
    expect(judgeReasoning({ ...task, id: 'HumanEval/0' }, 'hmm')).toEqual({ kind: 'unknown' });
  });

  it('blames the reasoning only where the program followed it', () => {
    const lazy = { ...plan, edge: null };
    expect(sideOf(sample(task, plan, plan, random))).toBe('superior');
    expect(sideOf(sample(task, lazy, lazy, random))).toBe('inferior');
    expect(sideOf(sample(task, plan, lazy, random))).toBe('disagreement');
    expect(sideOf(sample(task, lazy, plan, random))).toBe('disagreement');
    const program = writeProgram(plan);
    expect(sideOf(judgeSample(task, 'keep numbers above and', program, false))).toBe('inferior');
    expect(sideOf(judgeSample(task, 'keep numbers above and', program, true))).toBe('unreadable');
    const unknown = { ...task, id: 'other/1' };
    expect(sideOf(judgeSample(unknown, 'x', 'y', true))).toBe('superior');
    expect(sideOf(judgeSample(unknown, 'x', 'y', false))).toBe('inferior');
  });
});

describe('selecting pairs', () => {
  const samples = samplesFor(tasks.slice(0, 150), 16);
  const options = { seed: 1, perTask: 4, maxFlawShare: 0.5 };
  const { pairs, counts, association } = selectPairs(samples, options);

  it('pairs right with wrong of one task, at most so many, none twice', () => {
    expect(pairs.length).toBeGreaterThan(100);
    const perTask = new Map<string, number>();
    for (const pair of pairs) perTask.set(pair.taskId!, (perTask.get(pair.taskId!) ?? 0) + 1);
    expect(Math.max(...perTask.values())).toBeLessThanOrEqual(4);
    expect(new Set(pairs.map((pair) => JSON.stringify(pair))).size).toBe(pairs.length);
    const byId = new Map(tasks.map((task) => [task.id, task]));
    for (const pair of pairs) {
      const task = byId.get(pair.taskId!)!;
      expect(judgeReasoning(task, pair.chosen).kind).toBe('sound');
      const judged = judgeReasoning(task, pair.rejected);
      expect(judged.kind === 'flawed' && judged.flaw.operation).toBe(pair.operation);
    }
  });

  it('is balanced in length and flaws', () => {
    const longer = pairs.map(({ chosen, rejected }) => chosen.length - rejected.length);
    expect(Math.abs(longer.reduce((a, b) => a + b, 0) / longer.length)).toBeLessThan(1);
    const up = longer.filter((d) => d > 0).length;
    const down = longer.filter((d) => d < 0).length;
    expect(Math.abs(up - down)).toBeLessThan(0.05 * pairs.length);
    const flaws = new Map<string, number>();
    for (const { operation } of pairs) flaws.set(operation!, (flaws.get(operation!) ?? 0) + 1);
    expect(Math.max(...flaws.values()) / pairs.length).toBeLessThan(0.65);
    expect(flaws.get('missing-edge-case')).toBeGreaterThan(5);
  });

  it('counts what it leaves out, and lets sound plans go with right programs', () => {
    const { superior, inferior, disagreement, unreadable } = counts;
    expect(superior + inferior + disagreement + unreadable).toBe(samples.length);
    const { table, interval, oddsRatio } = association!;
    expect(table.flat().reduce((a, b) => a + b, 0)).toBe(samples.length - unreadable);
    const [[soundRight, soundWrong], [flawedRight, flawedWrong]] = table;
    expect(interval!.low).toBeLessThan(oddsRatio);
    expect(interval!.high).toBeGreaterThan(oddsRatio);
    expect(soundRight * flawedWrong).toBeGreaterThan(10 * soundWrong * flawedRight);
  });

  it('repeats with its seed and gives nothing for nothing', () => {
    expect(selectPairs(samples, options).pairs).toEqual(pairs);
    expect(selectPairs([], options)).toMatchObject({ pairs: [], association: null });
    expect(
      selectPairs(
        samples.filter(({ correct }) => correct),
        options,
      ).pairs,
    ).toEqual([]);
  });
});

describe('buildBenchmark', () => {
  const few = tasks.slice(0, 40);
  const settings = { ...BENCHMARK_SETTINGS, samplesPerTask: 12 };

  /** A policy that writes demonstrations, forgetting the edge case or a step by turns, letter by letter. */
  function build(): Promise<Benchmark> {
    const tokenizer = {
      opening: '',
      encode: (text: string) => [...text].map((char) => char.codePointAt(0)!),
      decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
    };
    const byPrompt = new Map(few.map((task) => [task.prompt, task]));
    const policy = {
      async sample({
        prompts,
        group,
        seed,
        step,
      }: {
        prompts: readonly (readonly number[])[];
        group: number;
        seed: number;
        step: number;
      }) {
        const random = new Random(seed, step, 'policy');
        return prompts.flatMap((prompt) => {
          const plan = planOf(byPrompt.get(tokenizer.decode(prompt))!);
          return Array.from({ length: group }, () => {
            const { dropped, swapped } = mutants(plan);
            const said = random.pick([
              plan,
              plan,
              { ...plan, edge: null },
              ...dropped,
              ...swapped.slice(0, 3),
            ]);
            const text =
              random.uniform() < 0.1
                ? 'no tags'
                : `<think>${writeReasoning(said, random)}</think><answer>${writeProgram(said)}</answer>`;
            return { tokens: [...tokenizer.encode(text), 1], logprobs: [], entropies: [], truncated: false };
          });
        });
      },
    };
    const byId = new Map(few.map((task) => [task.id, task]));
    const sandbox = {
      grade: async (submissions: readonly { id: string; program: string | null }[]) =>
        submissions.map(({ id, program }) => ({
          id,
          status: passes(byId.get(id.split('\n')[0]!)!, program!) ? ('pass' as const) : ('wrong' as const),
          passed: 0,
          total: 0,
          tests: [],
          output: '',
          timeMs: 0,
          memoryMb: null,
          engine: 'plan',
          weak: false,
        })),
    };
    const ports = {
      policy,
      sandbox,
      tokenizer: {
        ...tokenizer,
        padId: 0,
        endId: 1,
        vocabSize: 0x110000,
        tokenAt: String.fromCodePoint,
        isSpecial: () => false,
      },
    };
    return buildBenchmark(ports, 'abc', few, settings, () => {});
  }

  it('freezes pairs with where they come from, the same each time', async () => {
    const { jsonl, pairs, provenance } = await build();
    expect(pairs.length).toBeGreaterThan(20);
    expect(jsonl.trimEnd().split('\n')).toHaveLength(pairs.length);
    expect(provenance).toMatchObject({ policy: 'abc', tasks: 40, pairs: pairs.length, settings });
    expect(provenance.sha256).toBe(await sha256(new TextEncoder().encode(jsonl)));
    const { malformed, samples } = provenance.counts;
    expect(malformed).toBeGreaterThan(10);
    expect(malformed + samples).toBe(40 * 12);
    expect((await build()).provenance).toEqual(provenance);
  });
});

describe('evaluateBenchmark', () => {
  const pair = (over: Partial<ImportedPair> = {}): ImportedPair => ({
    prompt: 'p',
    chosen: 'a',
    rejected: 'b',
    ...over,
  });
  const scored = (
    chosen: number,
    rejected: number,
    longer: number,
    over: Partial<ImportedPair> = {},
  ): ScoredPair => ({
    pair: pair(over),
    chosen: { score: chosen, length: 20 + longer },
    rejected: { score: rejected, length: 20 },
  });

  it('counts ties as wrong and slices by what is known', () => {
    const report = evaluateBenchmark(
      [
        scored(2, 1, 0, { dimension: 'logical rigor', family: 'lists', subset: 'x', taskId: '1' }),
        scored(1, 1, 3, { dimension: 'logical rigor', taskId: '2' }),
        scored(0, 1, -9, { subset: 'x', taskId: '3' }),
        scored(3, -1, 9, { taskId: '4' }),
      ],
      [],
    );
    expect(report).toMatchObject({ pairs: 4, tasks: 4, right: 2, ties: 1, accuracy: 0.5 });
    expect(report.byDimension['logical rigor']).toMatchObject({ pairs: 2, accuracy: 0.5 });
    expect(report.byFamily).toEqual({ lists: expect.objectContaining({ accuracy: 1 }) });
    expect(report.bySubset['x']).toMatchObject({ pairs: 2, accuracy: 0.5 });
    expect(report.byLength.map(({ share }) => share?.pairs ?? 0)).toEqual([1, 0, 1, 1, 1]);
    expect(report.interval!.low).toBeLessThan(0.5);
  });

  it('sees no association in scores that are all alike, and refuses NaN', () => {
    const { association: none } = evaluateBenchmark([scored(1, 1, 0), scored(1, 1, 0)], []);
    expect(none.chiSquare).toBeNull();
    expect(none.oddsRatio).toBeCloseTo(1, 12);
    const bad = [scored(1, 0, 0), scored(0, NaN, 0)];
    expect(() => evaluateBenchmark(bad, [])).toThrow(/rejected text of pair 2/);
    expect(() => evaluateBenchmark([scored(1, 0, 0)], bad)).toThrow(/pair 2 under a wrong prompt/);
  });

  it('resamples tasks: five pairs of a task that go alike say no more than one', () => {
    const tasks = Array.from({ length: 60 }, (_, i) => ({ taskId: String(i), right: i % 3 !== 0 }));
    const of = (perTask: number) =>
      evaluateBenchmark(
        tasks.flatMap(({ taskId, right }) =>
          Array.from({ length: perTask }, () =>
            scored(Number(right), 0.5, 0, { taskId, family: Number(taskId) < 20 ? 'lists' : 'words' }),
          ),
        ),
        [],
      );
    const [single, five] = [of(1), of(5)];
    expect(five).toMatchObject({ pairs: 300, tasks: 60, accuracy: 2 / 3 });
    for (const [one, many] of [
      [single, five],
      [single.byFamily['lists']!, five.byFamily['lists']!],
    ] as const) {
      expect(many.interval!.low).toBeCloseTo(one.interval!.low, 1);
      expect(many.interval!.high).toBeCloseTo(one.interval!.high, 1);
    }
  });

  it('has an interval where resampling tells no spread, and none for one task that is half right', () => {
    const of = (...pairs: readonly ScoredPair[]) => evaluateBenchmark(pairs, []).interval;
    const [right, wrong] = [scored(1, 0, 0), scored(0, 1, 0)];
    const other = scored(1, 0, 0, { taskId: 'other' });
    // Two tasks, one of them with two pairs, all right: Wilson’s of 2 of 2.
    expect(of(right, right, other)).toEqual(wilsonInterval(2, 2));
    expect(of(right, wrong)).toBeNull();
  });

  it('has the accuracy and interval of the paper’s 219 pairs', () => {
    // 137 of 219 is the 62.6 % of v3; its interval is 56.0–68.7.
    const pairs = Array.from({ length: 219 }, (_, i) => scored(i < 137 ? 1 : -1, 0, 0, { prompt: `${i}` }));
    const { accuracy, interval } = evaluateBenchmark(pairs, []);
    expect([accuracy, interval!.low, interval!.high].map((x) => (100 * x).toFixed(1))).toEqual([
      '62.6',
      '56.0',
      '68.7',
    ]);
  });
});

describe('the controls', () => {
  const shipped = readPairs(readFileSync('public/starter/benchmark.jsonl')).pairs;

  it('have a rule that reads no prompt: a readable text first, then one that names an edge case', () => {
    const lazy = '- keep even numbers\n- add them up';
    const whole = '- keep even numbers\n- if empty, return -1\n- add them up';
    expect(promptFreeScore(lazy)).toBe(2);
    expect(promptFreeScore(whole)).toBe(3);
    expect(promptFreeScore('if it rains')).toBe(1);
    expect(promptFreeScore('gift them')).toBe(0);
    const of = (chosen: string, rejected: string) => promptFreeControl([{ prompt: '', chosen, rejected }]);
    expect(of(whole, lazy)).toMatchObject({ accuracy: 1, ties: 0 });
    expect(of('if it rains', lazy)).toMatchObject({ accuracy: 0, ties: 0 });
    expect(of(lazy, lazy)).toMatchObject({ accuracy: 0.5, ties: 1 });
  });

  it('show that the shipped pairs hardly need reading, but for the factual ones', () => {
    const { accuracy, byDimension, tasks: of } = promptFreeControl(shipped);
    expect(of).toBe(295);
    expect(accuracy).toBeCloseTo(0.903, 3);
    expect(byDimension['factual accuracy']!.accuracy).toBeCloseTo(0.585, 3);
  });

  it('have another prompt of the same family for every pair, for which neither text is right', () => {
    const wrong = wrongPrompts(shipped, 1);
    expect(wrong).toHaveLength(shipped.length);
    const byPrompt = new Map(shipped.map((pair) => [pair.prompt, pair.taskId!]));
    const byId = new Map(tasks.map((task) => [task.id, task]));
    for (const [i, pair] of wrong.entries()) {
      const { prompt, ...own } = shipped[i]!;
      const { prompt: other, ...kept } = pair;
      expect(kept).toEqual(own);
      expect(other).not.toBe(prompt);
      const task = byId.get(byPrompt.get(other)!)!;
      expect(task.family).toBe(pair.family);
      expect(judgeReasoning(task, pair.chosen).kind).not.toBe('sound');
      expect(judgeReasoning(task, pair.rejected).kind).not.toBe('sound');
    }
    expect(wrongPrompts(shipped, 1)).toEqual(wrong);
    expect(wrongPrompts(shipped, 2)).not.toEqual(wrong);
  });

  it('never take the prompt of a task with the same plan, and leave out what has no other', () => {
    // The same task asked for in two ways, as in another file.
    const [first, second] = twoOfOneFamily();
    const chosen = writeReasoning(planOf(first), new Random(1, 0, 'words'));
    const pairOf = (prompt: string, { id }: StarterTask): ImportedPair => ({
      prompt,
      chosen,
      rejected: 'x',
      family: first.family,
      taskId: id,
    });
    const same = { ...first, prompt: 'The same in other words.' };
    expect(wrongPrompts([pairOf(first.prompt, first), pairOf(same.prompt, first)], 1)).toEqual([]);
    const [pair] = wrongPrompts([pairOf(first.prompt, first), pairOf(second.prompt, second)], 1);
    expect(pair).toMatchObject({ prompt: second.prompt, taskId: first.id });
    expect(wrongPrompts([pairOf('p', first)], 1)).toEqual([]);
  });

  it('keep pairs of unknown tasks with their own task', () => {
    const pair = (prompt: string): ImportedPair => ({ prompt, chosen: 'a', rejected: 'b' });
    expect(wrongPrompts([pair('p'), pair('q')], 1)).toEqual([
      { ...pair('q'), taskId: 'p' },
      { ...pair('p'), taskId: 'q' },
    ]);
  });

  it('stand in the report, with the model’s own verdict under the wrong prompt', () => {
    const scored = (chosen: number, rejected: number, prompt: string): ScoredPair => ({
      pair: { prompt, chosen: 'a', rejected: 'b', dimension: 'factual accuracy' },
      chosen: { score: chosen, length: 1 },
      rejected: { score: rejected, length: 1 },
    });
    const right = [scored(2, 1, 'p'), scored(3, 1, 'q')];
    const { controls } = evaluateBenchmark(right, [scored(0, 1, 'q'), scored(1, 1, 'p')]);
    expect(controls.wrongPrompt).toMatchObject({ pairs: 2, accuracy: 0, ties: 1 });
    expect(controls.wrongPrompt!.byDimension['factual accuracy']).toMatchObject({ pairs: 2 });
    expect(controls.promptFree).toMatchObject({ accuracy: 0.5, ties: 2 });
    expect(evaluateBenchmark(right, []).controls.wrongPrompt).toBeNull();
  });
});

/** Two tasks of one family that ask for different things. */
function twoOfOneFamily(): [StarterTask, StarterTask] {
  const first = tasks[0]!;
  const reasoning = writeReasoning(planOf(first), new Random(1, 0, 'words'));
  const second = tasks.find(
    (task) => task.family === first.family && judgeReasoning(task, reasoning).kind !== 'sound',
  )!;
  return [first, second];
}
