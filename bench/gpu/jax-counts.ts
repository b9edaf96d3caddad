/**
 * What jax-js asks of a GPU for a training step and a token of the bench model. It asks the same whatever comes out, so Dawn's
 * null backend, which computes nothing, will do: on a software adapter it takes many minutes, and in a page it does not
 * come to its end. Prints Markdown.
 *
 *   npx tsx bench/gpu/jax-counts.ts
 */
import { COMPLETION_TIME, createWorkload } from '../workload.ts';
import { combine, GpuCounter, type GpuCounts } from './counter.ts';
import { nodeStage } from './in-node.ts';

const stage = await nodeStage(['backend=null']);
const { openJax } = await stage.openJax();
const counter = new GpuCounter();
const peer = await openJax('webgpu', createWorkload());

/** The third time: the first compiles. */
async function third(work: () => Promise<unknown>): Promise<GpuCounts> {
  await work();
  await work();
  counter.take();
  await work();
  return counter.take();
}

const step = await third(() => peer.trainStep());
const sampled = await third(() => peer.generateGroups());
const token = combine(sampled, sampled, (a) => a / COMPLETION_TIME);

console.log('| jax-js, one of | dispatches | submits | bind groups | readbacks | buffers | bytes written |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
const shown = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });
for (const [what, counts] of [
  ['training step of the bench model', step],
  ['token of the bench model', token],
] as const) {
  const { dispatches, submits, bindGroups, readbacks, buffers, bytesWritten } = counts;
  const numbers = [dispatches, submits, bindGroups, readbacks, buffers, bytesWritten].map(shown);
  console.log(`| ${what} | ${numbers.join(' | ')} |`);
}
process.exit(0);
