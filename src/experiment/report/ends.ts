/** Where the arms ended: every measure, every seed. */
import { counted } from '../../counted.ts';
import type { ArmAnalysis, Design, PresetAnalysis } from '../analysis.ts';
import { MEASURE_NAMES, type MeasureName, MEASURES } from '../measures.ts';
import { details, html, type Markup, type Part, table } from './html.ts';
import { lookOf } from './looks.ts';
import { amount, between } from './numbers.ts';
import { strips } from './strips.ts';

/** Frozen arms first: where the others began. */
const ordered = (arms: readonly ArmAnalysis[]): ArmAnalysis[] =>
  arms.toSorted((a, b) => Number(b.frozen) - Number(a.frozen));

const measuresOf = (arms: readonly ArmAnalysis[]): MeasureName[] =>
  MEASURE_NAMES.filter((name) => arms.some(({ measures }) => measures[name] !== undefined));

const nameOf = ({ label, frozen }: ArmAnalysis): Part =>
  html`${label}${frozen ? html`<small>start, not trained</small>` : null}`;

export function endTable({ arms }: PresetAnalysis, { seeds }: Design): Markup {
  const measures = measuresOf(arms);
  const rows = ordered(arms).map((arm): Part[] => [
    nameOf(arm),
    `${arm.cells} of ${seeds.length}`,
    ...measures.map((measure): Part => {
      const estimate = arm.measures[measure];
      if (estimate === undefined) return '–';
      return html`<strong>${amount(measure, estimate.mean)}</strong>${
          estimate.interval === null ? null : html`<small>${between(measure, estimate.interval)}</small>`
        }${estimate.bootstrap === null ? null : html`<small class="second">${between(measure, estimate.bootstrap)}</small>`}`;
    }),
  ]);
  const head = ['arm', 'seeds', ...measures.map((measure) => MEASURES[measure].label)];
  return html`${table('Arms and measures', head, rows)}
    <p class="note">
      Mean over seeds; below it the 95 % interval over seeds (Student’s
      t)${
        arms.some((arm) => Object.values(arm.measures).some(({ bootstrap }) => bootstrap !== null))
          ? html`, and in <em>italics</em> the one over seeds and tasks (bootstrap)`
          : ''
      }.${
        arms.some(({ same }) => same)
          ? ' A start that is the same for every seed was measured once, and has an interval over tasks alone.'
          : ''
      }
    </p>
    <dl class="terms">
      ${measures.map(
        (measure) =>
          html`<dt>${MEASURES[measure].label}</dt>
            <dd>${MEASURES[measure].about}</dd>`,
      )}
    </dl>`;
}

/** Every seed of every arm on one axis. */
export function endFigure({ arms }: PresetAnalysis, { seeds }: Design, measure: MeasureName): Markup | null {
  const start = arms.find(({ frozen, measures }) => frozen && measures[measure] !== undefined);
  const rows = ordered(arms).flatMap((arm) => {
    const estimate = arm.measures[measure];
    if (estimate === undefined) return [];
    const { bySeed, mean, interval, n } = estimate;
    return [
      {
        label: nameOf(arm),
        value: amount(measure, mean),
        dots: bySeed.flatMap((value, i) => (value === null ? [] : [{ seed: seeds[i]!, value }])),
        mean,
        interval,
        look: lookOf(arms.indexOf(arm)),
        spoken: `${arm.label}: ${amount(measure, mean)} over ${counted(n, 'seed')}${
          interval === null ? '' : `, 95 % interval ${between(measure, interval)}`
        }`,
      },
    ];
  });
  if (rows.length === 0) return null;
  const { label, about } = MEASURES[measure];
  return html`<figure class="full">
    <h3>${label}, every seed</h3>
    ${strips(rows, start?.measures[measure]?.mean ?? null)}
    <figcaption>
      ${about} A dot is one seed; below it the mean with its 95 % interval over
      seeds.${start === undefined ? '' : ` The dashed line is ${start.label}.`}
    </figcaption>
  </figure>`;
}

export function seedTables({ arms }: PresetAnalysis, { seeds }: Design): Markup {
  const tables = measuresOf(arms).map((measure) => {
    const { label } = MEASURES[measure];
    const rows = ordered(arms).flatMap((arm): Part[][] => {
      const estimate = arm.measures[measure];
      return estimate === undefined
        ? []
        : [[arm.label, ...estimate.bySeed.map((value) => amount(measure, value))]];
    });
    return html`<h3>${label}</h3>
      ${table(`${label} by seed`, ['arm', ...seeds.map((seed) => `seed ${seed}`)], rows)}`;
  });
  return details('Every seed in numbers', tables);
}
