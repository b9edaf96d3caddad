import { expect, it } from 'vitest';
import { compare } from './plan-facts.ts';
import { openExperiment } from './opened.ts';

const file = {
  version: 1,
  name: 'c',
  title: 'Compared',
  seeds: [1],
  settings: { steps: 10, gate: 'posterior' },
  policy: { steps: 50 },
  arms: [
    { name: 'a' },
    { name: 'b', label: 'B', settings: { gate: 'outcome' }, pool: { low: 0.1, high: 0.5 } },
    { name: 'start', frozen: true },
  ],
};

it('tells what arms have in common from what they do not', async () => {
  const { experiment, places } = await openExperiment(file);
  const { choices, settings, arms } = compare(experiment, places);
  expect(choices).toEqual([
    ['Start', 'each seed its own, fine-tuned for 50 steps'],
    ['Reward model', 'the site’s'],
  ]);
  expect(settings).toEqual([['steps', '10']]);
  expect(arms).toEqual([
    {
      name: 'a',
      label: 'a',
      frozen: false,
      differs: [
        ['Trained on', 'all train tasks'],
        ['gate', 'posterior'],
      ],
    },
    {
      name: 'b',
      label: 'B',
      frozen: false,
      differs: [
        ['Trained on', 'tasks that 10 % to 50 % of the start’s completions pass'],
        ['gate', 'outcome'],
      ],
    },
    { name: 'start', label: 'start', frozen: true, differs: [] },
  ]);
});

it('names what differs from the preset of each arm, also where one arm alone sets it', async () => {
  const arms = [{ name: 'a' }, { name: 'b', settings: { steps: 20 } }];
  const { experiment, places } = await openExperiment({ ...file, settings: {}, arms });
  const compared = compare(experiment, places);
  expect(compared.arms.map(({ differs }) => differs)).toEqual([[['steps', '100']], [['steps', '20']]]);
});
