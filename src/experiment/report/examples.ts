/** What completions look like. */
import { formatNumber } from '../../report/chart.ts';
import { REWARDS } from '../../rl/rewards/index.ts';
import type { Experiment } from '../file.ts';
import type { CellResult, ExampleCompletion, ExampleRollout } from '../results.ts';
import { details, html, type Markup } from './html.ts';

const EACH = 3;
/** Characters of a text that are shown. */
const SHOWN = 3000;

/** Of each arm those of its first seed that has any: which seed is shown is not a choice. */
export function exampleList(
  { arms, seeds }: Experiment,
  results: readonly CellResult[],
  preset: string,
): Markup | null {
  const shown = arms.flatMap(({ name, label }) => {
    const own = results.filter(
      ({ arm, preset: of, examples }) => arm === name && of === preset && examples.length > 0,
    );
    const first = seeds.flatMap((seed) => own.find((cell) => cell.seed === seed) ?? [])[0];
    return first === undefined ? [] : [{ label, seed: first.seed, examples: first.examples.slice(0, EACH) }];
  });
  if (shown.length === 0) return null;
  return html`<p class="note">
      Of each arm’s first finished seed, completions of the last step of training: the one rewarded most, one
      between, and the one rewarded least.
    </p>
    ${shown.map(({ label, seed, examples }) => details(`${label}, seed ${seed}`, examples.map(example)))}`;
}

/** The rewards of a completion, their sum and its advantage. */
export function factsOf({ rewards, reward, advantage }: ExampleCompletion): string[] {
  const parts = Object.entries(rewards).map(([name, value]) => {
    const symbol = REWARDS.find((each) => each.name === name)?.symbol ?? name;
    return `${symbol} ${formatNumber(value)}`;
  });
  return [...parts, `reward ${formatNumber(reward)}`, `advantage ${formatNumber(advantage)}`];
}

function example(rollout: ExampleRollout): Markup {
  const { step, task, prompt, text, passes, outcome } = rollout;
  const facts = [`step ${step}`, ...factsOf(rollout)];
  return html`<article class="${passes ? 'pass' : 'fail'}">
    <h3>${passes ? '✓' : '✗'} ${outcome} · ${task}</h3>
    <p>${facts.join(' · ')}</p>
    <pre class="prompt">${cut(prompt.trimEnd())}</pre>
    <pre>${cut(text)}</pre>
  </article> `;
}

const cut = (text: string): string =>
  text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}\n… ${text.length - SHOWN} more characters`;
