/** The completions that the report shows step by step, arms side by side. */
import { formatNumber } from '../../report/chart.ts';
import { REWARDS } from '../../rl/rewards/index.ts';
import type { Design } from '../analysis.ts';
import { evenly } from '../examples.ts';
import type { ComparedCell, ExampleCompletion, ExampleGroup } from '../results.ts';
import { html, Markup } from './html.ts';

/** Characters of all groups of a preset, so that a report stays small enough to be sent. */
const BUDGET = 600_000;

const groupsOf = ({ groups = [] }: ComparedCell): readonly ExampleGroup[] => groups;

/** Cells of one seed, so that arms answer the same prompts: the first that most arms have completions of. */
function sideBySide({ arms, seeds }: Design, cells: readonly ComparedCell[]): ComparedCell[] {
  const of = (seed: number) =>
    arms.flatMap(({ name }) => cells.find((cell) => cell.arm === name && cell.seed === seed && groupsOf(cell).length > 0) ?? []); // prettier-ignore
  return seeds.map(of).reduce((best, own) => (own.length > best.length ? own : best), []);
}

/** A completion as the script shows it. */
const shown = ({ text, passes, outcome, rewards, reward, advantage }: ExampleCompletion) => ({
  text,
  passes,
  outcome,
  facts: [
    ...Object.entries(rewards).map(([name, value]) => {
      const symbol = REWARDS.find((each) => each.name === name)?.symbol ?? name;
      return `${symbol} ${formatNumber(value)}`;
    }),
    `reward ${formatNumber(reward)}`,
    `advantage ${formatNumber(advantage)}`,
  ].join(' · '),
});

/** Of fewer steps, as long as it is too much; the same steps of all arms stay together. */
function thinned(columns: readonly (readonly ExampleGroup[])[]): (readonly ExampleGroup[])[] {
  const size = JSON.stringify(columns).length;
  const most = Math.max(...columns.map(({ length }) => length));
  if (size <= BUDGET || most <= 2) return [...columns];
  const kept = Math.max(2, Math.floor((most * BUDGET) / size));
  return columns.map((groups) => evenly(groups, kept));
}

/** Null where no cell has completions to show. */
export function groupSection(
  design: Design,
  results: readonly ComparedCell[],
  preset: string,
): Markup | null {
  const cells = sideBySide(
    design,
    results.filter((cell) => cell.preset === preset),
  );
  if (cells.length === 0) return null;
  const columns = thinned(cells.map(groupsOf));
  const data = cells.map(({ arm }, i) => ({
    label: design.arms.find(({ name }) => name === arm)?.label ?? arm,
    groups: columns[i]!.map(({ step, task, prompt, completions }) => ({
      step,
      task,
      prompt,
      completions: completions.map(shown),
    })),
  }));
  // Inside a script nothing is escaped; this alone could end it.
  const json = new Markup(JSON.stringify(data).replaceAll('<', '\\u003c'));
  return html`<section class="groups">
    <p class="note">
      Seed ${cells[0]!.seed}: the first group of the step, or of the last one before it that was kept. With
      the same seed, arms are asked the same. A completion that is opened is opened in every arm.
    </p>
    <noscript><p>A browser that runs scripts shows the completions of each step here.</p></noscript>
    <script type="application/json">
      ${json}
    </script>
    <div class="group-view"></div>
  </section>`;
}
