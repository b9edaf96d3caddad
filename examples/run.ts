/** Runs an example by its name: `npm run example own-tasks`. */
import process from 'node:process';

const examples: Readonly<Record<string, () => Promise<{ main(): Promise<void> }>>> = {
  'own-tasks': () => import('./own-tasks.ts'),
  'own-reward': () => import('./own-reward.ts'),
  sweep: () => import('./sweep.ts'),
};

const name = process.argv[2] ?? '';
const load = examples[name];
if (load) await (await load()).main();
else {
  console.error(`There is no example “${name}”: it is one of ${Object.keys(examples).join(', ')}.`);
  process.exitCode = 2;
}
