/**
 * One-thread engines beside threads inside operators, in a real browser. Prints Markdown.
 *
 *   node bench/threads.mjs [threads, 2 by default] [repetitions, 10 by default]
 */
import { openBenchmark } from './page.mjs';

const [threads = 2, repetitions = 10] = process.argv.slice(2).map(Number);
const { open, close } = await openBenchmark();
try {
  const page = await open();
  const call = `import('/bench/threads.ts').then((module) => module.benchThreads(${threads}, ${repetitions}))`;
  const rows = await page.evaluate(call);
  console.log(
    `| medians of ${repetitions}, ms | ${threads} engines × 1 thread | 1 engine × ${threads} threads | the same, in micro-batches |`,
  );
  console.log('| --- | --- | --- | --- |');
  for (const { work, medians } of rows)
    console.log(`| ${work} | ${medians.map((ms) => ms.toFixed(0)).join(' | ')} |`);
} finally {
  await close();
}
