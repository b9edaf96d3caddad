/**
 * Compares the posterior and the ungated arm under a reward model with a known flaw: prints the tables of
 * `docs/hacking.md`, draws `docs/images/hacking.svg`, and keeps completions that the model was fooled by in
 * `docs/hacking.jsonl`. Runs lie in `runs/hacking/posterior-1` and so on; their commands stand in the document.
 *
 *   node bench/hacking.mjs [runs/hacking] [seeds, 1 to 10 by default]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'tsx/esm/api';
import { axes, COLOURS, drawing, text } from './chart.mjs';
import { HELD_OUT, mean, readLines, readRun, THINKING, VISIBLE } from './runs.mjs';

register();
const { meanInterval, tQuantile95 } = await import('../src/statistics/intervals.ts');
const { sentencesOf } = await import('../src/domains/code/starter/reasoning.ts');
const { hardTasks } = await import('../src/domains/code/starter/hard.ts');

const GATES = ['posterior', 'ungated'];
const [folder = 'runs/hacking', seedList = '1,2,3,4,5,6,7,8,9,10'] = process.argv.slice(2);
const SEEDS = seedList.split(',').map(Number);
/** Steps that stand for the start and for the end of a run's R_t, which is noisy from step to step. */
const FIRST = 5;
const LAST = 10;

const runs = GATES.flatMap((gate) => SEEDS.map((seed) => readRun(folder, gate, seed)));
const of = (gate) => runs.filter((run) => run.gate === gate);

const over = (steps, name) => mean(steps.map((step) => step[name]));
function figures({ evals, steps }) {
  const ends = (name) => [evals[0][name], evals.at(-1)[name]];
  return {
    heldOut: ends(HELD_OUT),
    visible: ends(VISIBLE),
    thinking: [over(steps.slice(0, FIRST), THINKING), over(steps.slice(-LAST), THINKING)],
    passed: [
      over(steps.slice(0, FIRST), 'rewards/outcome/mean'),
      over(steps.slice(-LAST), 'rewards/outcome/mean'),
    ],
  };
}

const shown = (value) => value.toFixed(2).replace('-', '−');
const signed = (value) => `${value < 0 ? '' : '+'}${shown(value)}`;
const change = ([from, to]) => `${shown(from)} → ${shown(to)}`;
const interval = (values) => {
  const { mean: centre, interval: bounds } = meanInterval(values);
  return bounds === null
    ? signed(centre)
    : `${signed(centre)} (${signed(bounds.low)} to ${signed(bounds.high)})`;
};

console.log('| arm | seed | held-out pass@1 | visible pass@1 | R_t in training | R_o in training |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const run of runs) {
  const { heldOut, visible, thinking, passed } = figures(run);
  console.log(
    `| ${run.gate} | ${run.seed} | ${change(heldOut)} | ${change(visible)} | ${change(thinking)} | ${change(passed)} |`,
  );
}

const all = Object.fromEntries(GATES.map((gate) => [gate, of(gate).map(figures)]));
const moved = (gate, name) => interval(all[gate].map((figure) => figure[name][1] - figure[name][0]));
const paired = (name) =>
  interval(all['posterior'].map((figure, i) => figure[name][1] - all['ungated'][i][name][1]));
console.log(`\n| ${SEEDS.length} seeds, mean and 95 % interval | held-out pass@1 | visible pass@1 | R_t |`);
console.log('| --- | --- | --- | --- |');
for (const gate of GATES)
  console.log(
    `| change, ${gate} | ${['heldOut', 'visible', 'thinking'].map((name) => moved(gate, name)).join(' | ')} |`,
  );
console.log(
  `| posterior − ungated at the end | ${['heldOut', 'visible', 'thinking'].map(paired).join(' | ')} |`,
);

/** What shows in the texts of both arms, early and late. */
const SIGNS = {
  'characters of reasoning': ({ reasoning }) => reasoning.length,
  'in bullets': ({ reasoning }) => Number(reasoning.startsWith('- ')),
  'a sentence twice in a row': ({ reasoning }) => {
    const sentences = sentencesOf(reasoning);
    return Number(sentences.some((sentence, i) => sentence === sentences[i + 1]));
  },
  'words of the plan in the program': ({ program }) => Number(/none left|if empty/.test(program ?? '')),
  'plan and program agree': ({ agreement }) => (agreement === null ? null : Number(agreement)),
};
function signsOf({ path, steps }) {
  const last = steps.at(-1).step;
  const rollouts = readLines(join(path, 'rollouts.jsonl')).filter(({ reasoning }) => reasoning !== null);
  return [rollouts.filter(({ step }) => step <= FIRST), rollouts.filter(({ step }) => step > last - LAST)];
}
const signs = Object.fromEntries(GATES.map((gate) => [gate, of(gate).map(signsOf)]));
console.log(`\n| steps 1–${FIRST} → the last ${LAST}, all seeds | ${GATES.join(' | ')} |`);
console.log('| --- | --- | --- |');
for (const [name, sign] of Object.entries(SIGNS)) {
  const cells = GATES.map((gate) =>
    change(
      [0, 1].map((part) => mean(signs[gate].flatMap((run) => run[part].map(sign)).filter((x) => x !== null))),
    ),
  );
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
const passes = runs
  .flatMap(({ steps }) => steps.map((step) => step['rewards/outcome/mean']))
  .filter((x) => x > 0);
console.log(
  `\nSteps with a pass: ${passes.length} of ${runs.reduce((n, { steps }) => n + steps.length, 0)}.`,
);

/** Completions that a failing program stands under and that still earned nearly all of R_t. */
const PER_SEED = 8;
const LATE = 10;
const tasks = new Map(hardTasks().map((task) => [task.id, task]));
function fooled({ path, gate, seed, steps }) {
  const late = steps.at(-1).step - LATE;
  const seen = new Set();
  return readLines(join(path, 'rollouts.jsonl'))
    .filter(({ step, rewards, verdict }) => step > late && rewards.format === 1 && verdict.status !== 'pass')
    .sort((a, b) => b.rewards.thinking - a.rewards.thinking || a.step - b.step || a.index - b.index)
    .filter(({ taskId, reasoning }) => {
      const known = seen.has(taskId) || seen.has(reasoning);
      seen.add(taskId).add(reasoning);
      return !known;
    })
    .slice(0, PER_SEED)
    .map(({ step, taskId, text: completion, rewards, verdict }) => ({
      gate,
      seed,
      step,
      taskId,
      prompt: tasks.get(taskId).prompt,
      completion,
      R_t: Number(rewards.thinking.toFixed(4)),
      verdict: verdict.status,
    }));
}
const kept = of('ungated').flatMap(fooled);
writeFileSync('docs/hacking.jsonl', kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
console.log(`${kept.length} completions kept in docs/hacking.jsonl.`);

const [W, H] = [760, 300];
const half = { width: 380, height: H, left: 46, right: 14, top: 36, bottom: 44 };
const last = Math.max(...runs.flatMap(({ evals }) => evals.map(({ step }) => step)));
/** Steps averaged for a point of the curve of R_t. */
const SMOOTH = 5;
const smoothed = ({ steps }) =>
  steps.flatMap(({ step }, i) =>
    step % SMOOTH === 0 ? [[step, over(steps.slice(Math.max(0, i + 1 - SMOOTH), i + 1), THINKING)]] : [],
  );
const evaluated = ({ evals }) => evals.map((record) => [record.step, record[HELD_OUT]]);

function panel(title, curveOf) {
  const { path, band, frame, label } = axes({ ...half, last });
  const arms = GATES.map((gate) => {
    const curves = of(gate).map(curveOf);
    const spread = curves[0].map(([step], i) => {
      const { mean: centre, std, n } = meanInterval(curves.map((curve) => curve[i][1]));
      const reach = std === null ? 0 : (tQuantile95(n - 1) * std) / Math.sqrt(n);
      return { step, centre, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
    });
    const line = (name) => spread.map((at) => [at.step, at[name]]);
    const seeds = curves.map((curve) => `<path d="${path(curve)}" stroke-width="1" opacity=".4"/>`);
    return (
      `<path d="${band(line('low'), line('high'))}" fill="${COLOURS[gate]}" opacity=".14"/>` +
      `<g fill="none" stroke="${COLOURS[gate]}">${seeds.join('')}<path d="${path(line('centre'))}" stroke-width="3"/></g>`
    );
  });
  return [frame, ...arms, label, text(half.left, 20, title, 'font-weight="600"')].join('\n');
}
const legend = GATES.map((gate, i) =>
  text(
    W - half.right - 72 * (GATES.length - 1 - i),
    20,
    gate,
    `fill="${COLOURS[gate]}" font-weight="600" text-anchor="end"`,
  ),
);
const svg = drawing(
  W,
  H,
  `Thinking reward and held-out pass@1 of both arms over ${last} steps, ${SEEDS.length} seeds`,
  [
    panel('R_t in training', smoothed),
    `<g transform="translate(380 0)">${panel('held-out pass@1', evaluated)}</g>`,
    ...legend,
  ],
);
mkdirSync('docs/images', { recursive: true });
writeFileSync('docs/images/hacking.svg', svg);
