/**
 * Compares finished runs: prints the README's table and draws `docs/images/arms.svg`.
 *
 *   for gate in posterior ungated outcome; do for seed in 1 2 3; do
 *     npm run train -- --gate $gate --seed $seed --steps 100 --device wasm --out runs/$gate-$seed
 *   done; done
 *   node bench/arms.mjs runs
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const GATES = ['posterior', 'ungated', 'outcome'];
const COLOURS = { posterior: '#1f5fbf', ungated: '#c98a00', outcome: '#c2453a' };
const SEEDS = [1, 2, 3];
const folder = process.argv[2] ?? 'runs';

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function read(gate, seed) {
  const lines = readFileSync(join(folder, `${gate}-${seed}`, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return {
    gate,
    seed,
    evals: lines.filter(({ type }) => type === 'eval'),
    steps: lines.filter(({ type }) => type === 'step'),
  };
}

const runs = GATES.flatMap((gate) => SEEDS.map((seed) => read(gate, seed)));
const of = (gate) => runs.filter((run) => run.gate === gate);
const HELD_OUT = 'eval/pass@1';
const VISIBLE = 'eval/visible_pass@1';

console.log(
  '| arm | held-out pass@1, start → end for seeds 1, 2, 3 | mean change | visible pass@1, start → end | R_t at the end |',
);
console.log('| --- | --- | --- | --- | --- |');
for (const gate of GATES) {
  const ends = of(gate).map(({ evals }) => [evals[0], evals.at(-1)]);
  const pairs = (name) => ends.map(([a, b]) => `${a[name].toFixed(2)} → ${b[name].toFixed(2)}`).join(', ');
  const change = mean(ends.map(([a, b]) => b[HELD_OUT] - a[HELD_OUT]));
  const thinking = mean(
    of(gate).map(({ steps }) => mean(steps.slice(-10).map((step) => step['rewards/thinking/mean']))),
  );
  const sign = change < 0 ? '−' : '+';
  console.log(
    `| ${gate} | ${pairs(HELD_OUT)} | **${sign}${Math.abs(change).toFixed(2)}** | ${pairs(VISIBLE)} | ${thinking.toFixed(2)} |`,
  );
}
const times = runs.flatMap(({ steps }) => steps.map((step) => step['step_time']));
console.log(`\nMedian step: ${median(times).toFixed(2)} s over ${times.length} steps.`);

const [W, H, left, right, top, bottom] = [760, 360, 52, 130, 20, 44];
const last = Math.max(...runs.flatMap(({ evals }) => evals.map(({ step }) => step)));
const x = (step) => left + ((W - left - right) * step) / last;
const y = (value) => top + (H - top - bottom) * (1 - value);
const path = (points) =>
  points.map(([step, value], i) => `${i ? 'L' : 'M'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join('');
const curve = (evals, name) => evals.map((record) => [record.step, record[name]]);
const average = (gate, name) =>
  of(gate)[0].evals.map(({ step }, i) => [step, mean(of(gate).map(({ evals }) => evals[i][name]))]);
const text = (at, up, content, more = '') => `<text x="${at}" y="${up}" ${more}>${content}</text>`;

const grid = [0, 0.25, 0.5, 0.75, 1].map(
  (value) =>
    `<path d="M${left} ${y(value)}H${W - right}" stroke="#ddd"/>${text(left - 8, y(value) + 4, value.toFixed(2), 'text-anchor="end"')}`,
);
const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) =>
  text(x(share * last), H - bottom + 20, Math.round(share * last), 'text-anchor="middle"'),
);
const lines = GATES.map((gate) => {
  const seeds = of(gate).map(
    ({ evals }) => `<path d="${path(curve(evals, HELD_OUT))}" stroke-width="1" opacity=".45"/>`,
  );
  const held = average(gate, HELD_OUT);
  const label = text(
    W - right + 8,
    y(held.at(-1)[1]) + 4,
    gate,
    `fill="${COLOURS[gate]}" stroke="none" font-weight="600"`,
  );
  return `<g fill="none" stroke="${COLOURS[gate]}">${seeds.join('')}<path d="${path(held)}" stroke-width="3"/><path d="${path(average(gate, VISIBLE))}" stroke-width="1.5" stroke-dasharray="2 4"/></g>${label}`;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" font-family="system-ui, sans-serif" font-size="12" fill="#444" role="img" aria-label="Held-out pass@1 of the three arms over ${last} steps">
<rect width="${W}" height="${H}" fill="#fff"/>
${grid.join('')}${ticks.join('')}
${lines.join('\n')}
${text((left + W - right) / 2, H - 6, 'steps', 'text-anchor="middle"')}
${text(W - right + 8, top + 12, 'dotted: visible', 'fill="#777"')}
</svg>
`;
mkdirSync('docs/images', { recursive: true });
writeFileSync('docs/images/arms.svg', svg);
