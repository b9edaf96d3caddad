/**
 * What becomes of the case that the visible tests of programs never try: `node bench/empty-case.mjs [STEPS] FOLDER …`, folders of
 * `eval` and of runs. How many reasonings name the empty case and how many programs handle it; of a run's first STEPS (8) also
 * R_t of texts that name it and of others, over all of them and within groups that have both.
 *
 * `node --import tsx bench/empty-case.mjs --pairs FILE [STEPS] RUN …` writes those groups as pairs for `reward bench --pairs`: each text
 * that names it before one that does not, as many as the fewer of the two.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Those that name it, and the others. */
const partsOf = (all) =>
  [true, false].map((wanted) => all.filter(({ reasoning }) => NAMES.test(reasoning) === wanted));

/** Both parts of each group that has both. */
function groupsOf(all) {
  const groups = new Map();
  for (const each of all) {
    const key = [each.run, each.step, each.group].join();
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map(partsOf).filter((parts) => parts.every((part) => part.length > 0));
}

function tellRewards(name, all) {
  const parts = partsOf(all);
  const rewards = (some) => some.map(({ rewards: { thinking } }) => thinking);
  const differences = groupsOf(all).map(([named, others]) => mean(rewards(named)) - mean(rewards(others)));
  const middle = mean(differences);
  const spread = Math.sqrt(mean(differences.map((d) => (d - middle) ** 2)) / (differences.length - 1));
  process.stdout.write(
    `${name}: R_t ${told(rewards(parts[0]))} where it is named, ${told(rewards(parts[1]))} elsewhere; ` +
      `within ${differences.length} groups ${middle.toFixed(3)} ± ${spread.toFixed(3)} (standard error)\n`,
  );
}

async function writePairs(path, all) {
  const { starterTasks } = await import('../src/domains/code/starter/index.ts');
  const tasks = new Map(starterTasks().map((task) => [task.id, task]));
  const pairs = groupsOf(all).flatMap(([named, others]) =>
    named.slice(0, others.length).map(({ taskId, reasoning }, i) => {
      const { prompt, family } = tasks.get(taskId);
      return { prompt, chosen: reasoning, rejected: others[i].reasoning, taskId, family };
    }),
  );
  writeFileSync(path, pairs.map((pair) => JSON.stringify(pair) + '\n').join(''));
  process.stdout.write(`${pairs.length} pairs\n`);
}

const given = process.argv.slice(2);
const pairsPath = given[0] === '--pairs' ? given.splice(0, 2)[1] : null;
const [first = '', ...rest] = given;
const steps = /^\d+$/.test(first) ? Number(first) : 8;
const folders = /^\d+$/.test(first) ? rest : [first, ...rest];
const runs = folders.filter((folder) => existsSync(join(folder, 'metrics.jsonl')));
for (const folder of folders.filter((each) => !runs.includes(each))) tell(folder, linesOf(folder));
const early = runs.flatMap((run) =>
  linesOf(run)
    .filter(({ step, reasoning }) => step <= steps && reasoning !== null)
    .map((rollout) => ({ ...rollout, run })),
);
if (pairsPath !== null) await writePairs(pairsPath, early);
else if (early.length > 0) tellRewards(runs.map((run) => basename(run)).join(' and '), early);
