/** Side-by-side measurement of the engine, run inside the page. */
import type { BenchReport, BenchRequest } from '../src/app/automation-types.ts';

export async function benchEngine(_request: BenchRequest, _progress: (activity: string, done: number, total: number) => void): Promise<BenchReport> {
  throw new Error('not yet');
}
