/** The report of runs that somebody chose, or of results that were opened. */
import type { Analysis, PresetAnalysis } from '../analysis.ts';
import type { Comparison } from '../runs.ts';
import { details, html, type Markup, type Part, table } from './html.ts';
import { listed } from './numbers.ts';
import { reportPage } from './page.ts';
import { answerSection, endSection, waySections } from './sections.ts';
import { differingTable, missingList, missingNotice } from './setup.ts';

/**
 * One HTML file with everything in it, which plays through the steps.
 * @param versions what made the report, by name
 * @param document makes the charts' elements; nothing is added to it
 */
export function renderComparison(
  comparison: Comparison,
  analysis: Analysis,
  versions: Readonly<Record<string, string>>,
  document: Document,
): string {
  const { title, design, cells, cautions, arms } = comparison;
  const sections = (preset: PresetAnalysis): Markup => {
    const several = design.presets.length > 1;
    const heading = (text: string): Markup => html`<h2>${text}${several ? `: ${preset.preset}` : ''}</h2>`;
    return html`${answerSection(preset, design, heading)}${endSection(preset, design, heading)}${waySections(preset, design, cells, heading, document)}`;
  };
  const known = arms.flatMap(({ label, settings }) => (settings === null ? [] : [{ label, settings }]));
  return reportPage(
    title,
    html`<p>
        Runs put side by side after they had been trained. Unless the comparison was planned beforehand, a
        small p is a reason to look again with new seeds, not proof.
      </p>
      ${cautions.map((caution) => html`<p class="warning">${caution}</p>`)}${missingNotice(analysis, 'Not every arm has every seed.')}`,
    html`${analysis.presets.map(sections)}
      <h2>Settings</h2>
      ${known.length === 0 ? html`<p>The results do not say the settings of the arms.</p>` : differingTable(known)}
      ${details(`Runs, ${cells.length} in all`, table('Runs', ['arm', 'seed', 'steps', 'evaluations'], cells.map(rowOf)))}
      <p class="note">
        Made with ${listed(Object.entries(versions).map(([name, version]) => `${name} ${version}`))}.
      </p>
      ${missingList(analysis, design)}`,
  );
}

const rowOf = ({ arm, seed, steps, evals }: Comparison['cells'][number]): Part[] => [
  arm,
  seed,
  steps.length,
  evals.length,
];
