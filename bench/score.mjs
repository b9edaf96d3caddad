/**
 * Scoring: 96 reasonings of held-out tasks (12 prompts × 8 completions, a step of the preset `starter`) by the shipped reward
 * model in its worker, other texts in every round so that none is remembered.
 *
 *   node bench/score.mjs [rounds, 24 by default]
 */
import { openBenchmark } from './page.mjs';

const rounds = Number(process.argv[2] ?? 24);
/** Until the number of engines has been settled by measurement. */
const WARM_UP = 12;
const { version, open, close } = await openBenchmark();
try {
  const tab = await open();
  const { times, tokens } = await tab.evaluate(
    `(async () => {
      const [{ readBundledModels }, { startRewardWorker }, { exactPairs }, { starterTasks }, { reasoningText }, { loadTokenizer }, { freshState }] =
        await Promise.all(['workspace/bundled.ts', 'workspace/workers.ts', 'reward/pairs/exact.ts', 'domains/code/starter/index.ts', 'domains/completion.ts', 'model/tokenizer/index.ts', 'host/host.ts']
          .map((path) => import('/src/' + path)));
      const { reward, tokenizerJson } = await readBundledModels('starter');
      const { api, stop } = startRewardWorker();
      await api.start(reward.config, tokenizerJson);
      await api.load(freshState(reward.weights));
      const tasks = starterTasks().filter((task) => task.split === 'held-out');
      const texts = [...new Set(exactPairs(tasks, { seed: 1, perTask: 12 })
        .flatMap(({ prompt, chosen, rejected }) => [reasoningText(prompt, chosen), reasoningText(prompt, rejected)]))];
      const tokenizer = loadTokenizer(tokenizerJson);
      const counts = texts.map((text) => tokenizer.encode(text).length);
      const times = [];
      for (let round = 0; round < ${rounds + WARM_UP}; round++) {
        const batch = texts.slice(round * 96, round * 96 + 96);
        if (batch.length < 96) throw new Error('There are too few texts for so many rounds.');
        const began = performance.now();
        await api.scoreRaw(batch);
        times.push(performance.now() - began);
      }
      stop();
      return { times: times.slice(${WARM_UP}), tokens: counts.reduce((a, b) => a + b, 0) / counts.length };
    })()`,
  );
  const sorted = times.toSorted((a, b) => a - b);
  const [best, median, worst] = [sorted[0], sorted[rounds >> 1], sorted.at(-1)].map((ms) => ms.toFixed(0));
  console.log(`${version}: 96 texts of ${tokens.toFixed(0)} tokens on average, ${rounds} rounds`);
  console.log(`median ${median} ms (${best} to ${worst})`);
} finally {
  await close();
}
