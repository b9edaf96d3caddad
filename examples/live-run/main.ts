/** A page that shows a run as it trains: `?steps=5`, and `?models=` for models that are not the project's. */
import * as Comlink from 'comlink';
import type { TrainEvent } from 'posterior';
import type { RunApi } from './worker.ts';

const query = new URLSearchParams(location.search);
const status = document.querySelector('[role=status]')!;

function show(event: TrainEvent): void {
  if (event.type === 'phase' && event.state === 'start')
    status.textContent = `Step ${event.step}: ${event.phase}`;
  if (event.type !== 'step') return;
  const { step, metrics } = event.record;
  const row = document.querySelector('tbody')!.insertRow();
  for (const cell of [String(step), metrics['reward']!.toFixed(3), String(metrics['num_tokens'])])
    row.insertCell().textContent = cell;
  const best = [...event.rollouts].sort((a, b) => b.reward - a.reward)[0]!;
  document.querySelector('pre')!.textContent = `${best.taskId}\n${best.text}`;
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const models = new URL(query.get('models') ?? '/maths', location.href).href;
try {
  await Comlink.wrap<RunApi>(worker).run(models, Number(query.get('steps') ?? 20), Comlink.proxy(show));
  status.textContent = 'Done';
} catch (error) {
  status.textContent = String(error);
}
