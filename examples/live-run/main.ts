/** A page that shows a run as it trains: `?steps=5`, and `?models=` for models that are not the project's. */
import type { Start, Told } from './worker.ts';

const query = new URLSearchParams(location.search);
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const status = document.querySelector('[role=status]')!;
const steps = Number(query.get('steps') ?? 20);

worker.onmessage = ({ data }: MessageEvent<Told>) => {
  if (data.type === 'phase' && data.state === 'start')
    status.textContent = `Step ${data.step}: ${data.phase}`;
  if (data.type === 'done') status.textContent = 'Done';
  if (data.type === 'failed') status.textContent = data.message;
  if (data.type !== 'step') return;
  const { step, metrics } = data.record;
  const row = document.querySelector('tbody')!.insertRow();
  for (const cell of [String(step), metrics['reward']!.toFixed(3), String(metrics['num_tokens'])])
    row.insertCell().textContent = cell;
  const best = [...data.rollouts].sort((a, b) => b.reward - a.reward)[0]!;
  document.querySelector('pre')!.textContent = `${best.taskId}\n${best.text}`;
};

const start: Start = { steps, models: new URL(query.get('models') ?? '/starter', location.href).href };
worker.postMessage(start);
