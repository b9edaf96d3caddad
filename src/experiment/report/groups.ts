/** The completions that the report shows step by step, arms side by side. */
import type { Design } from '../analysis.ts';
import type { ComparedCell, ExampleCompletion } from '../results.ts';
import { sideBySide, thinned } from '../side-by-side.ts';
import { factsOf } from './examples.ts';
import { html, Markup } from './html.ts';

/** Characters of all groups of a preset, so that a report stays small enough to be sent. */
const BUDGET = 600_000;

/** A completion as the script shows it. */
const shown = (completion: ExampleCompletion) => {
  const { text, passes, outcome } = completion;
  return { text, passes, outcome, facts: factsOf(completion).join(' · ') };
};

/** Null where no cell has completions to show. */
export function groupSection(
  design: Design,
  results: readonly ComparedCell[],
  preset: string,
): Markup | null {
  const found = sideBySide(
    design,
    results.filter((cell) => cell.preset === preset),
  );
  if (found === null) return null;
  const data = thinned(found.arms, BUDGET).map(({ label, groups }) => ({
    label,
    groups: groups.map(({ step, task, prompt, completions }) => ({
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
      Seed ${found.seed}: the first group of the step, or of the last one before it that was kept. With the
      same seed, arms are asked the same. A completion that is opened is opened in every arm.
    </p>
    <noscript><p>A browser that runs scripts shows the completions of each step here.</p></noscript>
    <script type="application/json">
      ${json}
    </script>
    <div class="group-view"></div>
  </section>`;
}
