import { describe, expect, it } from 'vitest';
import { hardTasks } from './hard.ts';
import { starterTasks } from './index.ts';
import { familyNamed } from './families/index.ts';
import { evaluate, type Plan } from './plan.ts';

const tasks = hardTasks();

/** The plan that a prompt asks for, read back from its sentences. */
function planFrom({ family: name, prompt }: (typeof tasks)[number]): Plan {
  const family = familyNamed(name)!;
  const asked = prompt.split('"""')[1]!;
  const [, said] = /^Given [^,]*, (.*?)(?:; .*)?\.$/.exec(asked)!;
  const known = [...family.filters, ...family.maps, ...family.finishes];
  const steps = said!.split(', ').map((sentence) => known.find(({ says }) => says[0] === sentence)!);
  return { family, steps, edge: null };
}

describe('the hard tasks', () => {
  it('are several hundred in most families, each with a prompt of its own', () => {
    expect(tasks.length).toBeGreaterThan(300);
    expect(new Set(tasks.map(({ family }) => family)).size).toBeGreaterThan(4);
    const prompts = [...tasks, ...starterTasks()].map(({ prompt }) => prompt);
    expect(new Set(prompts).size).toBe(prompts.length);
    const ids = [...tasks, ...starterTasks()].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(tasks.every(({ split }) => split === 'train')).toBe(true);
  });

  it('ask for two conditions, and no program with one of them passes the visible tests', () => {
    for (const task of tasks) {
      const plan = planFrom(task);
      const passes = ({ steps }: Pick<Plan, 'steps'>): boolean =>
        task.visibleTests.every(({ args, expected }) => {
          const outcome = evaluate({ ...plan, steps }, args);
          return outcome.kind === 'value' && JSON.stringify(outcome.value) === JSON.stringify(expected);
        });
      const filters = plan.steps.filter(({ slot }) => slot === 'filter');
      expect(filters).toHaveLength(2);
      expect(passes(plan)).toBe(true);
      for (const filter of filters)
        expect(passes({ steps: plan.steps.filter((step) => step !== filter) })).toBe(false);
    }
  });
});
