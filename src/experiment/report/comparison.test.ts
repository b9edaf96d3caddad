import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rl/config.ts';
import { analyse } from '../analysis.ts';
import { compareRuns } from '../runs.ts';
import { renderComparison } from './comparison.ts';

const { document } = parseHTML('<!doctype html><html></html>');

it('of chosen runs says what differs, where they end, what to mind, and that nothing was planned', () => {
  const runs = [1, 2].flatMap((seed) =>
    (['posterior', 'outcome'] as const).map((gate) => ({
      id: `${gate} ${seed}`,
      name: gate === 'outcome' ? '<b>Mine</b>' : null,
      config: { ...DEFAULT_CONFIG, gate, seed, evalTasks: 10 * seed },
      start: null,
      steps: [1, 2, 3].map((step) => ({ step, metrics: { 'rewards/thinking/mean': 0.1 * step, kl: step } })),
      evals: [0, 3].map((step) => ({ step, metrics: { 'eval/pass@1': 0.2 * seed + (gate === 'posterior' ? 0.1 : 0) } })), // prettier-ignore
    })),
  );
  const comparison = compareRuns(runs);
  const text = renderComparison(comparison, analyse(comparison.design, comparison.cells), { Posterior: '1.2.3' }, document); // prettier-ignore
  const page = parseHTML(text).document;
  const read = (page.querySelector('main')!.textContent ?? '').replace(/\s+/g, ' ');
  expect(page.querySelector('h1')!.textContent).toBe('Posterior against <b>Mine</b>');
  for (const said of [
    'Unless the comparison was planned beforehand',
    'not proof',
    'pass@1 is of 10, 20 tasks',
    '−0.100',
    'Made with Posterior 1.2.3',
  ])
    expect(read).toContain(said);
  const [differing] = page.querySelectorAll('[aria-label="Settings that differ"] thead');
  expect([...differing!.querySelectorAll('th')].map(({ textContent }) => textContent)).toEqual([
    'arm',
    'gate',
  ]);
  // Their tasks are not at hand, so nothing is said of other tasks.
  expect(read).not.toMatch(/seeds and tasks/i);
  expect(page.querySelectorAll('figure[data-points]').length).toBeGreaterThan(3);
  expect(text.replace(/aria-label="[^"]*"/g, '')).not.toMatch(/NaN|undefined|Infinity|\[object|<b>Mine/);
});
