/** What the completions of the training say: how long they reason, and whether quality goes with correctness. */
import type { Association } from '../../statistics/association.ts';
import type { CompletionsAnalysis } from '../completions.ts';
import type { Experiment } from '../file.ts';
import { html, type Markup, type Part, table } from './html.ts';

const whole = (value: number | null): string => (value === null ? '–' : value.toFixed(0));

function oddsOf(found: Association | null): string {
  if (found === null) return '–';
  const { oddsRatio, interval } = found;
  const range = interval === null ? '' : ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
  return `${oddsRatio.toFixed(2)}${range}`;
}

export function completionsTable(
  { arms }: Experiment,
  analyses: readonly CompletionsAnalysis[],
): Markup | null {
  const rows = analyses
    .filter(({ completions }) => completions > 0)
    .map(({ arm, completions, reasoning, sound, rated }): Part[] => [
      arms.find(({ name }) => name === arm)?.label ?? arm,
      completions.toLocaleString('en'),
      reasoning.map(whole).join(' · '),
      oddsOf(sound),
      oddsOf(rated),
    ]);
  if (rows.length === 0) return null;
  const head = [
    'arm',
    'completions',
    'characters of reasoning',
    'right reasoning, passes',
    'high R_t, passes',
  ];
  return html`${table('What the completions say', head, rows)}
    <p class="note">
      All completions of the training, over seeds; lengths in the first · second · last third of the steps.
      The last two columns are odds ratios: how much likelier, in odds, a completion passes the visible tests
      where its reasoning is right, checked exactly, and where its R_t is above the arm’s median. Their 95 %
      intervals resample tasks.
    </p>`;
}
