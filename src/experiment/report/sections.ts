/** The sections that every comparison has, planned or not. */
import { type Design, mainMeasure, type PresetAnalysis } from '../analysis.ts';
import type { ComparedCell } from '../results.ts';
import { answers } from './answers.ts';
import { endFigure, endTable, seedTables } from './ends.ts';
import { groupSection } from './groups.ts';
import { html, type Markup } from './html.ts';
import { jawsFigures } from './jaws.ts';
import { curveFigures } from './training.ts';

/** The heading of a section: with the preset, where there are several. */
type Heading = (text: string) => Markup;

export function answerSection(preset: PresetAnalysis, design: Design, heading: Heading): Markup | null {
  const answered = answers(preset, design);
  return answered === null ? null : html`${heading('Answer')}${answered}`;
}

/** Null where nothing was measured at an end. */
export function endSection(preset: PresetAnalysis, design: Design, heading: Heading): Markup | null {
  if (preset.arms.every(({ measures }) => Object.keys(measures).length === 0)) return null;
  return html`${heading('Where the arms ended')}${endFigure(preset, design, mainMeasure(design))}${endTable(preset, design)}${seedTables(preset, design)}`;
}

/** Jaws, curves and completions: what the bar at the top moves through. */
export function waySections(
  preset: PresetAnalysis,
  design: Design,
  results: readonly ComparedCell[],
  heading: Heading,
  document: Document,
): Markup {
  const jaws = jawsFigures(preset, results, document);
  const curves = preset.curves.length === 0 ? null : curveFigures(preset, document);
  const groups = groupSection(design, results, preset.preset);
  return html`${jaws === null ? null : html`${heading('Jaws')}${jaws}`}
  ${
    curves === null
      ? null
      : html`${heading('On the way')}
          <p class="note">
            Means over seeds. The shaded band is the 95 % interval over seeds; with fewer than three seeds it
            goes from the smallest to the largest. Arms that are not trained have no curve. Where the arms are
            too many for one figure, each has the others in grey.
          </p>
          ${curves}`
  }
  ${groups === null ? null : html`${heading('Completions, step by step')}${groups}`}`;
}
