import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyLoss } from '../programs/loss.ts';
import { signed } from '../views/format.ts';
import { gatedGroups } from './as-rollouts.ts';
import { CHAPTER_IDS } from './chapter-ids.ts';
import { CHAPTERS } from './chapters.ts';
import { TERMS, termsOf } from './formula.tsx';
import { liftedAnswer } from './gate.tsx';
import { GROUP_PRESETS } from './group.tsx';
import {
  METHODS,
  methodRules,
  ofTotals,
  partsOf,
  preference,
  scored,
  thinkingOf,
  tokenNumbers,
  updateState,
} from './numbers.ts';
import { parseRecording, RECORDING_FILE, type Recording, RecordingError } from './recording.ts';
import { bucketOf } from './rollout.tsx';
import { favourite } from './thought.tsx';
import { checksOf, outcomeOf } from './tests.tsx';
import { LOUD } from './ungated.tsx';
import { barelyHeld, furthest } from './update.tsx';
import { half } from './yours.tsx';

const FILE = join('public', RECORDING_FILE);
const json = (): Record<string, unknown> => JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>;
const recording: Recording = parseRecording(json());

const near = (values: readonly number[], expected: readonly number[], digits = 2): void => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
};

describe('the recording', () => {
  it('says how it was made, and is small', () => {
    const { made, runs, settings } = recording;
    expect(made.command).toContain('lesson record');
    expect(made.seed).toBe(settings.seed);
    expect(runs.map(({ gate }) => gate)).toEqual(['posterior', 'ungated', 'outcome']);
    for (const { steps } of runs) expect(steps).toHaveLength(settings.steps);
    const folder = join('public', 'lesson');
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(1.5e6);
  });

  it('has every advantage as the project computes it from the rewards', () => {
    const trained = recording.runs.flatMap(({ gate, groups }) => groups.map((group) => ({ gate, group })));
    const start = [...recording.start, ...recording.mixed.groups].map((group) => ({
      gate: recording.settings.gate,
      group,
    }));
    for (const { gate, group } of [...trained, ...start]) {
      const { totals, advantages } = scored(group.rollouts.map(partsOf), gate);
      near(
        totals,
        group.rollouts.map(({ reward }) => reward),
        5,
      );
      near(
        advantages,
        group.rollouts.map(({ advantage }) => advantage),
        3,
      );
      group.rollouts.forEach(({ text }, i) => expect(group.texts[i]!.join('').startsWith(text)).toBe(true));
    }
  });

  it('begins every run with the same completions, and its mixed groups pass and fail', () => {
    expect(recording.start).toHaveLength(recording.settings.promptsPerStep);
    for (const { rollouts } of recording.mixed.groups) {
      const passing = rollouts.filter(({ verification }) => verification.passes).length;
      expect(passing).toBeGreaterThan(0);
      expect(passing).toBeLessThan(rollouts.length);
    }
  });

  const damaged = (change: (copy: Recording) => void): (() => Recording) => {
    const copy = structuredClone(recording);
    change(copy);
    return () => parseRecording(copy);
  };

  it.each([
    ['no recording at all', () => parseRecording(null)],
    ['a list', () => parseRecording([])],
    ['a missing run', damaged((copy) => void copy.runs.splice(0))],
    [
      'a number that is a text',
      damaged(({ update }) => void Object.assign(update.rounds[0]!, { loss: '0' })),
    ],
    ['a gate that is none', damaged(({ runs }) => void Object.assign(runs[0]!, { gate: 'open' }))],
    ['a token without its text', damaged(({ start }) => void start[0]!.texts[0]!.pop())],
    ['a probability above 1', damaged(({ start }) => void (start[0]!.rollouts[0]!.logprobs[0] = 0.1))],
    ['a round too few', damaged(({ update }) => void update.logprobs.pop())],
  ])('refuses %s, and says so in a sentence', (_, parse) => {
    expect(parse).toThrow(RecordingError);
    expect(parse).toThrow(/is damaged.*Reload the page/);
  });

  it('of another version is told apart from a damaged one', () => {
    expect(() => parseRecording({ ...json(), version: 99 })).toThrow(
      /has version 99; this page reads version 1/,
    );
  });
});

describe('the chapters', () => {
  it('are those of the address, in their order', () => {
    expect(CHAPTERS.map(({ id }) => id)).toEqual(CHAPTER_IDS);
  });

  it('on a group: rewards of 2.9, 2.3, 1 and 1, each twice', () => {
    near(ofTotals(GROUP_PRESETS.worked).advantages, [1.24, 1.24, 0.57, 0.57, -0.9, -0.9, -0.9, -0.9]);
    // The same completions ungated: two of those that fail have a reasoning that sounds good.
    const parts = [0.9, 0.3, 0.9, 0.3].flatMap((thinking, i) => {
      const rewards = { format: 1, outcome: i < 2 ? 1 : 0, thinking };
      return [{ rewards }, { rewards }];
    });
    near(scored(parts, 'posterior').totals, [2.9, 2.9, 2.3, 2.3, 1, 1, 1, 1]);
    near(scored(parts, 'posterior').advantages, [1.24, 1.24, 0.57, 0.57, -0.9, -0.9, -0.9, -0.9]);
    near(scored(parts, 'ungated').advantages, [1.28, 1.28, 0.32, 0.32, -0.32, -0.32, -1.28, -1.28]);
  });

  it('on a group: all pass, all fail, and one malformed among seven well-formed', () => {
    expect(ofTotals(GROUP_PRESETS.pass).advantages).toEqual(Array.from({ length: 8 }, () => 0));
    expect(ofTotals(GROUP_PRESETS.fail).advantages).toEqual(Array.from({ length: 8 }, () => 0));
    near(ofTotals(GROUP_PRESETS.malformed).advantages, [...Array.from({ length: 7 }, () => 0.35), -2.47]);
    const undivided = ofTotals(GROUP_PRESETS.malformed, 'none').advantages;
    near(undivided, [...Array.from({ length: 7 }, () => 0.125), -0.875], 12);
  });

  it('on a rollout: the product of the probabilities of its tokens', () => {
    expect([0.5, 0.05, 1e-6].map(bucketOf)).toEqual(['often', 'some', 'rare']);
  });

  it('on tests: the program passes all visible tests and fails held-out ones', () => {
    const { task, strict } = recording.fooled;
    const { visible, heldOut } = checksOf(task, strict);
    expect(visible.map(({ tone }) => tone)).toEqual(task.visibleTests.map(() => 'pass'));
    expect(heldOut).toHaveLength(task.heldOutTests.length);
    expect(outcomeOf(task, strict)).not.toBe('pass');
  });

  it('on the thought: a shift changes R_t and no comparison', () => {
    for (const reading of recording.readings) {
      const [first, second] = reading.texts.map(({ score }) => score) as [number, number];
      expect(preference(first, second, 2)).toBeCloseTo(preference(first, second), 12);
      expect(thinkingOf(first, 2)).toBeGreaterThan(thinkingOf(first));
      const right = reading.texts.find(({ kind }) => kind === 'right')!.score;
      expect(Math.max(...reading.texts.map(({ score }) => score))).toBe(right);
      expect(favourite(reading)).not.toBe('right');
    }
    expect(thinkingOf(0)).toBe(0.5);
  });

  it('on what goes wrong: every completion fails, and small differences are as loud as large ones', () => {
    for (const { verification, thinking } of recording.hacked) {
      expect(verification.passes).toBe(false);
      expect(thinking).toBeGreaterThan(0.9);
    }
    expect(Math.max(...LOUD) - Math.min(...LOUD)).toBeCloseTo(0.02);
    expect(Math.max(...ofTotals(LOUD).advantages)).toBeGreaterThan(1);
  });

  it('on the gate: it withholds from what fails, and lifts no more of it than without', () => {
    const { mixed, settings } = recording;
    const { groups } = mixed;
    const under = (gate: 'posterior' | 'ungated') => gatedGroups(groups, gate, settings);
    const failing = under('posterior').groups.flatMap(({ completions }) =>
      completions.filter(({ rollout }) => rollout.rewards.outcome === 0),
    );
    expect(failing.map(({ opening }) => opening)).toEqual(failing.map(() => 0));
    expect(under('ungated').lifted).toBeGreaterThan(under('posterior').lifted);
    expect([liftedAnswer(3, 0), liftedAnswer(3, 1), liftedAnswer(3, 3)]).toEqual(['none', 'fewer', 'same']);
  });

  it('say of the recording what is so', () => {
    const last = (gate: string): number =>
      recording.runs.find((run) => run.gate === gate)!.evals.at(-1)!.metrics['eval/pass@1']!;
    // “What made the difference here was paying for the reasoning … The gate made none.”
    expect(last('posterior') - last('outcome')).toBeGreaterThan(0.1);
    expect(Math.abs(last('posterior') - last('ungated'))).toBeLessThan(0.05);
    // “A plan that says one thing twice, and a program that its plan has leaked into.”
    const plans = recording.hacked.map(({ reasoning }) => reasoning.split('\n'));
    expect(plans.some((lines) => new Set(lines).size < lines.length)).toBe(true);
    expect(recording.hacked.some(({ program }) => program.includes('none left'))).toBe(true);
    // “In steps 21 to 30”, on tasks that nothing passed.
    for (const { step } of recording.hacked) expect(step).toBeGreaterThan(20);
    // “Only the empty case”: the program that was fooled is right everywhere else.
    const { task, strict } = recording.fooled;
    const empty = checksOf(task, strict).heldOut.filter(({ tone }) => tone === 'fail');
    expect(empty.map(({ expected }) => expected)).toEqual(empty.map(() => 'None'));
  });

  it('on one’s own runs: how exactly half of 48 is known', () => {
    expect(Math.round(((half.high - half.low) / 2) * 100)).toBe(14);
  });
});

describe('the update in numbers', () => {
  const { update } = recording;
  const { group, logprobs, rounds, settings } = update;
  const rules = methodRules(update);
  const own = rules['p-grpo'];

  it('has the losses and the clipped tokens that the engine measured', () => {
    rounds.forEach(({ loss, clipLow, clipHigh }, round) => {
      const { result } = updateState(update, own, round);
      expect(result.loss).toBeCloseTo(loss, 5);
      expect(result.clipLowFraction).toBeCloseTo(clipLow, 5);
      expect(result.clipHighFraction).toBeCloseTo(clipHigh, 5);
    });
  });

  it('begins with the probabilities that the tokens were drawn with', () => {
    group.rollouts.forEach(({ logprobs: drawn }, i) => near(logprobs[0]![i]!, drawn, 4));
  });

  it('has a loss of 0 before the first round where completions weigh the same, and a gradient', () => {
    const { result } = updateState(update, { ...own, loss: rules.grpo.loss }, 0);
    expect(result.loss).toBeCloseTo(0, 10);
    expect(Math.max(...result.grad.flat().map(Math.abs))).toBeGreaterThan(1e-4);
    expect(rounds[0]!.gradNorm).toBeGreaterThan(0.01);
  });

  it.each(METHODS)('tells the loss of %s apart by tokens, whose sum it is', (method) => {
    const state = updateState(update, rules[method], rounds.length);
    const numbers = group.rollouts.map(({ tokens }, i) => tokens.map((_, t) => tokenNumbers(state, i, t)));
    const total = numbers.flat().reduce((sum, { loss }) => sum + loss, 0);
    expect(total).toBeCloseTo(state.result.loss, 10);
  });

  it('pushes as finite differences of the loss do', () => {
    const { completion, token } = furthest(update);
    const state = updateState(update, own, 0);
    const h = 1e-6;
    const lossAt = (by: number): number =>
      policyLoss(
        {
          logp: state.logp.map((row, i) => row.map((x, t) => (i === completion && t === token ? x + by : x))),
          oldLogp: state.oldLogp,
          refLogp: null,
          mask: state.logp.map((row) => row.map(() => 1)),
          advantages: state.scored.advantages,
        },
        own.loss,
      ).loss;
    // At a ratio of 1 no bound is near.
    const slope = (lossAt(h) - lossAt(-h)) / (2 * h);
    expect(tokenNumbers(state, completion, token).push).toBeCloseTo(-slope, 7);
  });

  it('binds a bound on the side of the advantage alone, and only past it', () => {
    const state = updateState(update, own, rounds.length);
    const seen = new Set<string>();
    group.rollouts.forEach(({ tokens }, i) =>
      tokens.forEach((_, t) => {
        const { binding, ratio, advantage, push, bounds } = tokenNumbers(state, i, t);
        seen.add(binding);
        expect(binding === 'low').toBe(advantage < 0 && ratio < bounds[0]);
        expect(binding === 'high').toBe(advantage > 0 && ratio > bounds[1]);
        expect(push).toBeCloseTo(binding === 'none' ? state.weights[i]! * ratio * advantage : 0, 12);
      }),
    );
    expect([...seen].sort()).toEqual(['high', 'low', 'none']);
  });

  it('follows a reward that was changed by hand', () => {
    const parts = group.rollouts.map(partsOf);
    const failing = group.rollouts.findIndex(({ rewards }) => rewards.outcome === 0);
    const passing = parts.map((each, i) =>
      i === failing ? { rewards: { ...each.rewards, outcome: 1 } } : each,
    );
    const [before, after] = [parts, passing].map((own_) => updateState(update, own, 0, own_));
    expect(after!.scored.advantages[failing]!).toBeGreaterThan(before!.scored.advantages[failing]!);
    expect(tokenNumbers(after!, failing, 0).push).toBeGreaterThan(tokenNumbers(before!, failing, 0).push);
    expect(after!.scored.advantages.every((A, i) => A !== before!.scored.advantages[i])).toBe(true);
  });

  it.each([
    ['reinforce', ['clip', 'kl', 'mean', 'deviation']],
    ['ppo', ['kl', 'deviation']],
    ['grpo', []],
    ['dapo', ['kl']],
    ['dr-grpo', ['kl', 'deviation']],
    ['p-grpo', ['kl']],
  ] as const)('leaves out of the formula of %s: %j', (method, absent) => {
    const state = updateState(update, rules[method], 1);
    const terms = termsOf(rules[method], state, 0, tokenNumbers(state, 0, 0));
    expect(TERMS.filter((term) => terms[term] === null)).toEqual(absent);
    expect(terms.advantage?.number).toBe(signed(state.scored.advantages[0]!));
  });

  it('shows a token that a bound holds, and knows the one that moved furthest', () => {
    const state = updateState(update, own, rounds.length);
    const { completion, token } = barelyHeld(update);
    expect(tokenNumbers(state, completion, token).binding).not.toBe('none');
    const far = furthest(update);
    const moved = (i: number, t: number): number => Math.abs(Math.log(tokenNumbers(state, i, t).ratio));
    group.rollouts.forEach(({ tokens }, i) =>
      tokens.forEach((_, t) => expect(moved(i, t)).toBeLessThanOrEqual(moved(far.completion, far.token))),
    );
  });

  it('has the settings of each method', () => {
    const { clipLow, clipHigh } = settings;
    expect(rules.dapo.loss.clipHigh).toBe(clipHigh);
    expect(rules.grpo.loss.clipHigh).toBe(clipLow);
    expect(rules['p-grpo']).toMatchObject({ gate: 'posterior', loss: { ...rules.dapo.loss } });
    expect(METHODS.filter((method) => rules[method].advantage === 'group')).toEqual([
      'grpo',
      'dapo',
      'p-grpo',
    ]);
    // At a ratio of 1, REINFORCE is −w·R·log π.
    const state = updateState(update, rules.reinforce, 3);
    const { weight, loss, push, now } = tokenNumbers(state, 0, 5);
    expect(loss).toBeCloseTo(-weight * state.scored.totals[0]! * Math.log(now), 10);
    expect(push).toBeCloseTo(weight * state.scored.totals[0]!, 10);
  });
});
