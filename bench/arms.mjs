/**
 * Compares finished runs: prints the README's table and draws `docs/images/arms.svg`.
 *
 *   for gate in posterior ungated outcome; do for seed in 1 2 3; do
 *     npm run train -- --gate $gate --seed $seed --steps 100 --device wasm --out runs/$gate-$seed
 *   done; done
 *   node bench/arms.mjs runs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { axes, COLOURS, drawing, text } from './chart.mjs';
import { HELD_OUT, mean, readRun, THINKING, VISIBLE } from './runs.mjs';

const GATES = ['posterior', 'ungated', 'outcome'];
const SEEDS = [1, 2, 3];
const folder = process.argv[2] ?? 'runs';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const runs = GATES.flatMap((gate) => SEEDS.map((seed) => readRun(folder, gate, seed)));
const of = (gate) => runs.filter((run) => run.gate === gate);

console.log(
  '| arm | held-out pass@1, start → end for seeds 1, 2, 3 | mean change | visible pass@1, start → end | R_t at the end |',
);
console.log('| --- | --- | --- | --- | --- |');
for (const gate of GATES) {
  const ends = of(gate).map(({ evals }) => [evals[0], evals.at(-1)]);
  const pairs = (name) => ends.map(([a, b]) => `${a[name].toFixed(2)} → ${b[name].toFixed(2)}`).join(', ');
  const change = mean(ends.map(([a, b]) => b[HELD_OUT] - a[HELD_OUT]));
  const thinking = mean(of(gate).map(({ steps }) => mean(steps.slice(-10).map((step) => step[THINKING]))));
  const sign = change < 0 ? '−' : '+';
  console.log(
    `| ${gate} | ${pairs(HELD_OUT)} | **${sign}${Math.abs(change).toFixed(2)}** | ${pairs(VISIBLE)} | ${thinking.toFixed(2)} |`,
  );
}
const times = runs.flatMap(({ steps }) => steps.map((step) => step['step_time']));
console.log(`\nMedian step: ${median(times).toFixed(2)} s over ${times.length} steps.`);

const [W, H, left, right, top, bottom] = [760, 360, 52, 130, 20, 44];
const last = Math.max(...runs.flatMap(({ evals }) => evals.map(({ step }) => step)));
const { y, path, frame, label } = axes({ width: W, height: H, left, right, top, bottom, last });
const curve = (evals, name) => evals.map((record) => [record.step, record[name]]);
const average = (gate, name) =>
  of(gate)[0].evals.map(({ step }, i) => [step, mean(of(gate).map(({ evals }) => evals[i][name]))]);

const lines = GATES.map((gate) => {
  const seeds = of(gate).map(
    ({ evals }) => `<path d="${path(curve(evals, HELD_OUT))}" stroke-width="1" opacity=".45"/>`,
  );
  const held = average(gate, HELD_OUT);
  const name = text(
    W - right + 8,
    y(held.at(-1)[1]) + 4,
    gate,
    `fill="${COLOURS[gate]}" stroke="none" font-weight="600"`,
  );
  return `<g fill="none" stroke="${COLOURS[gate]}">${seeds.join('')}<path d="${path(held)}" stroke-width="3"/><path d="${path(average(gate, VISIBLE))}" stroke-width="1.5" stroke-dasharray="2 4"/></g>${name}`;
});
const svg = drawing(W, H, `Held-out pass@1 of the three arms over ${last} steps`, [
  frame,
  ...lines,
  label,
  text(W - right + 8, top + 12, 'dotted: visible', 'fill="#777"'),
]);
mkdirSync('docs/images', { recursive: true });
writeFileSync('docs/images/arms.svg', svg);
