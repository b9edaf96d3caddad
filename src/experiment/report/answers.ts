/** What the experiment was made to find out, before anything else. */
import { counted } from '../../counted.ts';
import type { ContrastAnalysis, Design, PresetAnalysis } from '../analysis.ts';
import { MEASURES } from '../measures.ts';
import { html, type Markup, type Part, table } from './html.ts';
import { between, change, probability } from './numbers.ts';
import { strips } from './strips.ts';

const signed = (contrast: ContrastAnalysis, interval: ContrastAnalysis['interval']): string =>
  between(contrast.measure, interval, change);

/** The arms of a contrast as the sum that it is. */
export function formula({ plus, minus }: Pick<ContrastAnalysis, 'plus' | 'minus'>, { arms }: Design): string {
  const label = (name: string): string => arms.find((arm) => arm.name === name)?.label ?? name;
  const side = (names: readonly string[]): string => names.map((name) => `“${label(name)}”`).join(' + ');
  return minus.length > 1 ? `${side(plus)} − (${side(minus)})` : `${side(plus)} − ${side(minus)}`;
}

/** A contrast in plain words. */
export function sentence(contrast: ContrastAnalysis): string {
  const { mean, measure, n, of, p, interval, bootstrap } = contrast;
  const what = MEASURES[measure].label;
  if (mean === null) return `Not known yet: no seed has all of its arms (0 of ${of}).`;
  const seeds = n === of ? counted(n, 'seed') : `${n} of ${counted(of, 'seed')}`;
  const unit = measure === 'tokens' ? ' tokens' : '';
  const found = `${change(measure, mean)}${unit} in ${what}, the mean over ${seeds}`;
  if (interval === null) return `${found}. One seed tells nothing of its spread: no interval, no test.`;
  const test =
    p === null
      ? 'no test, because the differences do not vary'
      : `p ${p < 0.001 ? '' : '= '}${probability(p)}`;
  const verdict =
    interval.low > 0 || interval.high < 0
      ? 'The interval over seeds leaves out 0.'
      : 'The interval over seeds holds 0: these seeds show no difference.';
  const overTasks = bootstrap === null ? '' : `; over seeds and tasks: ${signed(contrast, bootstrap)}`;
  return `${found}. 95 % interval over seeds: ${signed(contrast, interval)} (${test})${overTasks}. ${verdict}`;
}

export function answers(preset: PresetAnalysis, design: Design): Markup | null {
  const ordered = preset.contrasts.toSorted((a, b) => Number(b.primary) - Number(a.primary));
  if (ordered.length === 0) return null;
  const [first] = ordered;
  return html`${
    first!.primary
      ? html`<div class="answer">
          <p class="tag">Primary contrast, chosen beforehand</p>
          <p class="name">${first!.label}</p>
          <p>${sentence(first!)}</p>
        </div>`
      : html`<p>No contrast was named as the primary one beforehand, so each is one of several.</p>`
  }${contrastTable(ordered, design)}${reading(ordered)}${byMeasure(ordered, design)}`;
}

/** Whether tasks were at hand to be drawn anew. */
const haveTasks = (contrasts: readonly ContrastAnalysis[]): boolean =>
  contrasts.some(({ bootstrap }) => bootstrap !== null);

const areAdjusted = (contrasts: readonly ContrastAnalysis[]): boolean =>
  contrasts.some(({ adjusted }) => adjusted !== null);

function contrastTable(contrasts: readonly ContrastAnalysis[], design: Design): Markup {
  const [tasks, adjusted] = [haveTasks(contrasts), areAdjusted(contrasts)];
  const head = [
    'contrast',
    'difference',
    '95 % over seeds',
    ...(tasks ? ['95 % over seeds and tasks'] : []),
    'p',
    ...(adjusted ? ['p, adjusted'] : []),
    'seeds',
  ];
  const rows = contrasts.map((contrast): Part[] => [
    html`${contrast.label}${contrast.primary ? html` <span class="tag">primary</span>` : null}<small
        >${MEASURES[contrast.measure].label}: ${formula(contrast, design)}</small
      >`,
    html`<strong>${change(contrast.measure, contrast.mean)}</strong>`,
    signed(contrast, contrast.interval),
    ...(tasks ? [signed(contrast, contrast.bootstrap)] : []),
    probability(contrast.p),
    ...(adjusted ? [contrast.primary ? '' : probability(contrast.adjusted)] : []),
    `${contrast.n} of ${contrast.of}`,
  ]);
  return table('Contrasts', head, rows);
}

function reading(contrasts: readonly ContrastAnalysis[]): Markup {
  return html`<p class="note">
    A difference is taken seed by seed between arms that share the seed, and then averaged.
    <em>Over seeds</em>: Student’s t-interval and paired t-test; what would vary with other seeds and the same
    tasks.${
      haveTasks(contrasts)
        ? html` <em>Over seeds and tasks</em>: the bootstrap, which draws seeds and tasks anew; what would
            vary if other tasks of the same kind were asked too.`
        : ''
    }${
      areAdjusted(contrasts)
        ? ' Adjusted: Holm’s method over all contrasts that are not primary, because one of many is small by chance sooner or later.'
        : ''
    }
    All intervals are 95 %.
  </p>`;
}

/** Differences of the same measure on one axis. */
function byMeasure(contrasts: readonly ContrastAnalysis[], design: Design): Markup[] {
  const known = contrasts.filter(({ mean }) => mean !== null);
  return [...new Set(known.map(({ measure }) => measure))].map((measure) => {
    const rows = known
      .filter((contrast) => contrast.measure === measure)
      .map((contrast) => ({
        label: contrast.label,
        value: change(measure, contrast.mean),
        dots: contrast.bySeed.flatMap((value, i) =>
          value === null ? [] : [{ seed: design.seeds[i]!, value }],
        ),
        mean: contrast.mean!,
        interval: contrast.interval,
        look: { color: contrast.primary ? 'var(--s0)' : 'var(--ink-2)' },
        spoken: `${contrast.label}: ${sentence(contrast)}`,
      }));
    return html`<figure class="full">
      <h3>Differences in ${MEASURES[measure].label}</h3>
      ${strips(rows, 0)}
      <figcaption>
        A dot is one seed; below it the mean with its 95 % interval over seeds. The dashed line is no
        difference.
      </figcaption>
    </figure>`;
  });
}
