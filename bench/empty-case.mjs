/**
 * What becomes of the case that the visible tests of programs never try: `node bench/empty-case.mjs [STEPS] FOLDER …`, folders of
 * `eval` and of runs. How many reasonings name the empty case and how many programs handle it; of a run's first STEPS (8) also
 * R_t of texts that name it and of others, over all of them and within groups that have both.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const NAMES = /empty|none left|None|""|if there/;
const HANDLES = /if not|default=|None|else ""|or 0/;

const linesOf = (folder) =>
  readFileSync(join(folder, 'rollouts.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const told = (values) => `${mean(values).toFixed(3)} (${values.length})`;

function tell(folder, all) {
  const names = all.filter(({ text }) => NAMES.test(text.split('</think>')[0]));
  const handles = all.filter(({ text }) => HANDLES.test(text.split('<answer>').at(-1)));
  process.stdout.write(
    `${basename(folder)}: ${all.length} texts, ${names.length} name it, ${handles.length} handle it\n`,
  );
}

function tellRewards(name, all) {
  const parts = [true, false].map((wanted) =>
    all.filter(({ reasoning }) => NAMES.test(reasoning) === wanted),
  );
  const rewards = (some) => some.map(({ rewards: { thinking } }) => thinking);
  const groups = new Map();
  for (const each of all) {
    const key = [each.run, each.step, each.group].join();
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const differences = [...groups.values()].flatMap((own) => {
    const [named, others] = parts.map((part) => rewards(own.filter((each) => part.includes(each))));
    return named.length > 0 && others.length > 0 ? [mean(named) - mean(others)] : [];
  });
  const middle = mean(differences);
  const spread = Math.sqrt(mean(differences.map((d) => (d - middle) ** 2)) / (differences.length - 1));
  process.stdout.write(
    `${name}: R_t ${told(rewards(parts[0]))} where it is named, ${told(rewards(parts[1]))} elsewhere; ` +
      `within ${differences.length} groups ${middle.toFixed(3)} ± ${spread.toFixed(3)} (standard error)\n`,
  );
}

const [first = '', ...rest] = process.argv.slice(2);
const steps = /^\d+$/.test(first) ? Number(first) : 8;
const folders = /^\d+$/.test(first) ? rest : [first, ...rest];
const runs = folders.filter((folder) => existsSync(join(folder, 'metrics.jsonl')));
for (const folder of folders.filter((each) => !runs.includes(each))) tell(folder, linesOf(folder));
const early = runs.flatMap((run) =>
  linesOf(run)
    .filter(({ step, reasoning }) => step <= steps && reasoning !== null)
    .map((rollout) => ({ ...rollout, run })),
);
if (early.length > 0) tellRewards(runs.map((run) => basename(run)).join(' and '), early);
