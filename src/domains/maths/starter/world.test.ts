import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { readAnswer } from '../answer.ts';
import { compare, parse, rational } from '../rational.ts';
import { soundness } from '../measures.ts';
import { stepsOf } from '../steps.ts';
import { FAMILIES } from './families/index.ts';
import { careless, demonstrate, LEAPING, referenceSolution, starterTasks, TWIST_MINDED } from './index.ts';
import { givenOf, isTelling } from './plan.ts';
import { buildWorld, REACHES } from './world.ts';

const tasks = starterTasks();
const train = tasks.filter(({ split }) => split === 'train');
const heldOut = tasks.filter(({ split }) => split === 'held-out');

describe('the mathematics starter world', () => {
  it('has hundreds of tasks in each of five families, held out in three ways', () => {
    for (const { name } of FAMILIES) {
      const own = (list: typeof tasks) => list.filter(({ family }) => family === name);
      expect(own(train).length, name).toBeGreaterThan(700);
      for (const reach of REACHES)
        expect(
          own(heldOut).filter((task) => task.reach === reach).length,
          `${name} ${reach}`,
        ).toBeGreaterThan(9);
    }
    expect(train.every(({ reach }) => reach === null)).toBe(true);
  });

  it('is the same every time it is built', () => {
    expect(JSON.stringify(buildWorld())).toBe(JSON.stringify(tasks));
  });

  it('has unique ids and prompts, each a single line', () => {
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
    expect(new Set(tasks.map(({ prompt }) => prompt)).size).toBe(tasks.length);
    for (const { prompt } of tasks) expect(prompt).toMatch(/^[A-Z][^\n]+[.?]\n$/);
  });

  it('never trains on a composition that is held out, nor on more steps or larger numbers', () => {
    const seen = new Set(train.map(({ composition }) => composition));
    for (const { reach, composition } of heldOut) expect(seen.has(composition)).toBe(reach === 'numbers');
    for (const { name } of FAMILIES) {
      const own = (list: typeof tasks) => list.filter(({ family }) => family === name);
      const most = (list: typeof tasks, twisted: boolean) =>
        Math.max(...list.filter((task) => task.twisted === twisted).map(({ plan }) => plan.steps.length));
      const deeper = own(heldOut).filter(({ reach }) => reach === 'depth');
      expect(Math.max(most(deeper, true), most(deeper, false))).toBeGreaterThan(
        Math.max(most(own(train), true), most(own(train), false)),
      );
    }
    const largest = (list: typeof tasks, family: string) =>
      list
        .filter((task) => task.family === family)
        .map(({ plan }) => [...givenOf(plan)].map(parse))
        .map((given) => given.reduce((a, b) => (compare(a, b) > 0 ? a : b), rational(0)));
    const larger = heldOut.filter(({ reach, twisted }) => reach === 'numbers' && !twisted);
    const plain = train.filter(({ twisted }) => !twisted);
    const top = (list: typeof tasks) => Math.max(...largest(list, 'arithmetic').map(({ n }) => Number(n)));
    const bottom = Math.min(...largest(larger, 'arithmetic').map(({ n }) => Number(n)));
    expect(bottom).toBeGreaterThan(top(plain));
  });

  it('shows every part of a held-out composition in training', () => {
    const parts = (list: typeof tasks) =>
      new Set(
        list.flatMap(({ composition }) => {
          const [family, names = ''] = composition.split(': ');
          return names.split(', ').map((name) => `${family} ${name}`);
        }),
      );
    const seen = parts(train);
    // The deeper kind of equation is the one part that is new.
    expect([...parts(heldOut)].filter((part) => !seen.has(part))).toEqual(['equations ax + b = cx + d']);
  });

  it('has plans of small numbers in which a wrong step shows', () => {
    for (const { plan, answer, twisted } of tasks) {
      expect(isTelling(plan)).toBe(true);
      expect(readAnswer(answer)).not.toBeNull();
      expect(plan.steps.length).toBeGreaterThan(Number(twisted));
      for (const { result } of plan.steps) expect(result).toMatch(/^(-?\d{1,2}|\d{1,2}\/\d{1,2})$/);
    }
  });
});

describe('demonstrations', () => {
  it('of reference are sound in every wording', () => {
    for (const task of tasks) {
      const { reasoning, answer } = referenceSolution(task);
      expect(soundness(task, reasoning), reasoning).toBe(true);
      expect(answer).toBe(task.answer);
    }
  });

  const random = new Random(7, 0, 'demonstrations');
  const shown = train.map((task) => {
    const { reasoning, answer } = demonstrate(task, random);
    return { task, reasoning, answer, steps: stepsOf(reasoning, task) };
  });

  it('mind the twist in about 40 % of the tasks that have one, and are right where they do', () => {
    const twisted = shown.filter(({ task }) => task.twisted);
    const minded = twisted.filter(({ task, answer }) => task.answer === answer);
    expect(Math.abs(minded.length / twisted.length - TWIST_MINDED)).toBeLessThan(0.03);
    expect(
      shown.filter(({ task }) => !task.twisted).every(({ task, answer }) => task.answer === answer),
    ).toBe(true);
    for (const { task, answer } of twisted)
      expect([task.answer, careless(task).at(-1)?.result]).toContain(answer);
  });

  it('leap over a step now and then, and are otherwise true', () => {
    const able = shown.filter(({ task }) => careless(task).length > 1);
    const leaping = able.filter(({ steps }) => steps.some(({ fault }) => fault === 'unsupported'));
    expect(Math.abs(leaping.length / able.length - LEAPING)).toBeLessThan(0.03);
    for (const { steps, reasoning } of shown)
      expect(
        steps.every(({ status, fault }) => status === 'valid' || fault === 'unsupported'),
        reasoning,
      ).toBe(true);
  });

  it('vary their words with the stream and repeat with the seed', () => {
    const draw = (seed: number) => {
      const stream = new Random(seed, 0, 'words');
      return Array.from({ length: 20 }, () => demonstrate(tasks[0]!, stream).reasoning);
    };
    expect(draw(1)).toEqual(draw(1));
    expect(new Set(draw(1)).size).toBeGreaterThan(5);
  });
});
