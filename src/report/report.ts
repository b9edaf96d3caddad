import type { Domain } from '../domains/domain.ts';
import { domainOf } from '../domains/index.ts';
import { GATES } from '../rl/gate.ts';
import { REWARDS } from '../rl/rewards/index.ts';
import type { EvalRecord, Metrics, Rollout, StepRecord, TrainConfig } from '../rl/types.ts';
import { escapeHtml, formatNumber, renderChart, type Chart, type Point, type Series } from './chart.ts';
import { REPORT_STYLE } from './style.ts';

/** Everything that a report shows about one run; plain data, from a live run or from storage. */
export interface RunReport {
  readonly config: TrainConfig;
  readonly device: { readonly kind: string; readonly reason: string };
  readonly seconds: number;
  readonly start: Metrics;
  readonly end: Metrics;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
  /** Completions to choose examples from; those of the last step do well. */
  readonly rollouts: readonly Rollout[];
}

const EXAMPLES_EACH = 2;

interface Plot {
  readonly title: string;
  readonly caption: string;
  readonly from: 'steps' | 'evals';
  /** Label and metric name. */
  readonly curves: ReadonlyArray<readonly [label: string, metric: string]>;
  /** What the curves count. */
  readonly unit: string;
  readonly domain?: readonly [number, number];
}

const PLOTS: readonly Plot[] = [
  {
    title: 'Pass@1',
    caption: 'Held-out tasks: share that passes all tests, and share that passes the visible ones alone.',
    from: 'evals',
    unit: 'share of tasks',
    curves: [
      ['held-out tests', 'eval/pass@1'],
      ['visible tests', 'eval/visible_pass@1'],
    ],
    domain: [0, 1],
  },
  {
    title: 'Thinking reward R_t',
    caption: 'Mean score of the reasoning, and the same among programs that passed and that failed.',
    from: 'steps',
    unit: 'R_t',
    curves: [
      ['mean', 'rewards/thinking/mean'],
      ['given pass', 'thinking/mean_given_pass'],
      ['given fail', 'thinking/mean_given_fail'],
    ],
    domain: [0, 1],
  },
  {
    title: 'Other rewards',
    caption: 'Mean over the completions of a step: the form is right, every visible test passes.',
    from: 'steps',
    unit: 'reward',
    curves: REWARDS.filter(({ name }) => name !== 'thinking').map(({ name }) => [
      name,
      `rewards/${name}/mean`,
    ]),
    domain: [0, 1],
  },
  {
    title: 'The gate',
    caption:
      'How much of R_t the gate lets through, the part of all R_t that it withholds, and plans that agree with their program.',
    from: 'steps',
    unit: 'share',
    curves: [
      ['open', 'gate/open_rate'],
      ['withheld', 'gate/withheld_share'],
      ['agreement', 'agreement'],
    ],
    domain: [0, 1],
  },
  {
    title: 'Inversions',
    caption:
      'Pairs in a group where the reasoning of a failing completion scores above that of a passing one.',
    from: 'steps',
    unit: 'pairs',
    curves: [['inversions', 'gate/thinking_inversions']],
  },
  {
    title: 'KL to the reference policy',
    caption: 'Mean k3 estimate per token, in nats; with β = 0 over the first micro-batch of each step.',
    from: 'steps',
    unit: 'nats per token',
    curves: [['KL', 'kl']],
  },
  {
    title: 'Entropy',
    caption: 'Mean entropy of the sampling distribution per token, in nats.',
    from: 'steps',
    unit: 'nats per token',
    curves: [['entropy', 'entropy']],
  },
  {
    title: 'Lengths',
    caption: 'Tokens per completion, end-of-text included.',
    from: 'steps',
    unit: 'tokens',
    curves: [
      ['mean', 'completions/mean_length'],
      ['longest', 'completions/max_length'],
      ['shortest', 'completions/min_length'],
    ],
  },
  {
    title: 'Group health',
    caption: 'Groups with no gradient because all rewards are equal, and groups with passes and failures.',
    from: 'steps',
    unit: 'share of groups',
    curves: [
      ['no gradient', 'frac_reward_zero_std'],
      ['mixed', 'by_group/frac_mixed'],
    ],
    domain: [0, 1],
  },
  {
    title: 'Gradient norm',
    caption: 'Global L2 norm before clipping.',
    from: 'steps',
    unit: 'L2 norm',
    curves: [['norm', 'grad_norm']],
  },
];

/**
 * One HTML file with everything in it: no script, no request. Reads in light and in dark.
 * @param document makes the charts' elements; nothing is added to it
 */
export function renderReport(run: RunReport, document: Document): string {
  const { config } = run;
  const title = `Posterior run: ${config.preset}, ${config.gate}, seed ${config.seed}`;
  const charts = PLOTS.map((plot) => renderChart(chartOf(plot, run), document)).filter(
    (figure) => figure !== null,
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${REPORT_STYLE}</style></head>`,
    '<body><main>',
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${escapeHtml(`${GATES[config.gate].label}: ${GATES[config.gate].about}`)} ${run.steps.length} steps in ${formatNumber(run.seconds)} s ` +
      `on ${escapeHtml(run.device.kind)} (${escapeHtml(run.device.reason)}).</p>`,
    changeList(run),
    summaryTable(run),
    `<h2>Curves</h2><section class="charts">${charts.join('\n')}</section>`,
    examples(run.rollouts, domainOf(run.config)),
    evaluationTable(run.evals),
    configTable(config),
    '</main></body></html>',
    '',
  ].join('\n');
}

function chartOf(plot: Plot, run: RunReport): Chart {
  const records: ReadonlyArray<StepRecord | EvalRecord> = run[plot.from];
  const series: Series[] = plot.curves.map(([label, metric]) => ({
    label,
    points: records.flatMap(({ step, metrics }): Point[] => {
      const y = metrics[metric];
      return y === undefined ? [] : [{ x: step, y }];
    }),
  }));
  const { title, caption, unit, domain } = plot;
  return { title, caption, unit, series, ...(domain && { domain }) };
}

export interface SummaryRow {
  readonly label: string;
  readonly start: number | null;
  readonly end: number | null;
}

/** The three numbers that tell how a run went. R_t stands in for itself from the first and last step. */
export function summaryRows(run: Pick<RunReport, 'start' | 'end' | 'steps'>): SummaryRow[] {
  const thinking = 'rewards/thinking/mean';
  const first = run.steps[0]?.metrics;
  const last = run.steps.at(-1)?.metrics;
  const row = (label: string, name: string): SummaryRow => ({
    label,
    start: run.start[name] ?? null,
    end: run.end[name] ?? null,
  });
  return [
    row('held-out pass@1', 'eval/pass@1'),
    row('visible pass@1', 'eval/visible_pass@1'),
    {
      label: 'mean R_t',
      start: run.start[thinking] ?? first?.[thinking] ?? null,
      end: run.end[thinking] ?? last?.[thinking] ?? null,
    },
  ];
}

const cell = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

function summaryTable(run: RunReport): string {
  const rows = summaryRows(run).map(({ label, start, end }) => {
    const change =
      start === null || end === null ? '–' : `${end >= start ? '+' : '−'}${Math.abs(end - start).toFixed(3)}`;
    return `<tr><th scope="row">${label}</th><td>${cell(start)}</td><td>${cell(end)}</td><td>${change}</td></tr>`;
  });
  return (
    '<table class="summary"><thead><tr><td></td><th scope="col">start</th><th scope="col">end</th>' +
    `<th scope="col">change</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  );
}

/** Good reasoning on both sides of the gate: answers that passed, and answers that failed all the same. */
export function chooseExamples(rollouts: readonly Rollout[]): Rollout[] {
  const byThinking = [...rollouts].sort((a, b) => b.rewards.thinking - a.rewards.thinking);
  const passed = byThinking.filter(({ verification }) => verification.passes);
  const failed = byThinking.filter(({ verification }) => !verification.passes);
  return [...passed.slice(0, EXAMPLES_EACH), ...failed.slice(0, EXAMPLES_EACH)];
}

function examples(rollouts: readonly Rollout[], domain: Domain): string {
  const chosen = chooseExamples(rollouts);
  if (chosen.length === 0) return '';
  return `<h2>Completions of step ${chosen[0]?.step}</h2>${chosen.map((rollout) => example(rollout, domain)).join('\n')}`;
}

function example(rollout: Rollout, domain: Domain): string {
  const { verification, rewards } = rollout;
  const { passes, passed, total } = verification;
  const { outcome } = domain.show(verification);
  const facts = [
    `${passed} of ${total} ${domain.words.checks.toLowerCase()}`,
    ...REWARDS.map(({ name, symbol }) => `${symbol} ${formatNumber(rewards[name])}`),
    `reward ${formatNumber(rollout.reward)}`,
    `advantage ${formatNumber(rollout.advantage)}`,
  ];
  return [
    `<article class="${passes ? 'pass' : 'fail'}">`,
    `<h3>${passes ? '✓' : '✗'} ${escapeHtml(outcome.word)} · ${escapeHtml(rollout.taskId)}</h3>`,
    `<p>${facts.join(' · ')}</p>`,
    `<pre>${escapeHtml(rollout.text)}</pre>`,
    '</article>',
  ].join('\n');
}

function evaluationTable(evals: readonly EvalRecord[]): string {
  if (evals.length === 0) return '';
  const names = [...new Set(evals.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  const head = names.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const rows = evals.map(({ step, metrics }) => {
    const cells = names.map((name) => {
      const value = metrics[name];
      return `<td>${value === undefined ? '–' : formatNumber(value)}</td>`;
    });
    return `<tr><th scope="row">${step}</th>${cells.join('')}</tr>`;
  });
  return (
    '<details><summary>Every evaluation</summary><div class="wide"><table><thead><tr><th scope="col">step</th>' +
    `${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`
  );
}

/** What changed during the run; nothing where nothing did. */
function changeList({ config: { changes = [] } }: RunReport): string {
  if (changes.length === 0) return '';
  const items = changes.map(({ step, settings }) => {
    const values = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
    return `<li>From step ${step + 1}: ${escapeHtml(values.join(', '))}</li>`;
  });
  return `<h2>Changed during the run</h2><ul>${items.join('')}</ul>`;
}

function configTable(config: TrainConfig): string {
  const rows = Object.entries(config).map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(typeof value === 'object' ? JSON.stringify(value) : String(value))}</td></tr>`,
  );
  return `<details><summary>Configuration</summary><table><tbody>${rows.join('')}</tbody></table></details>`;
}
