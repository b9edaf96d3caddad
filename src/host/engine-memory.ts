/** What an engine on WASM takes of memory, foreseen from the graphs that it computes. */
import { hasCheckpoints, sectionsOf } from '../graph/index.ts';
import { inputBytes, peakBytes } from '../graph/liveness.ts';
import type { Outputs } from '../runtime/runtime.ts';

const MIB = 2 ** 20;
/** What an engine takes before it computes anything. */
const START = 16 * MIB;
/** Emscripten lets memory grow by up to a fifth more than is asked for, and no more than this; most of it in the mean. */
const [GROWTH, MOST_GROWTH] = [0.15, 96 * MIB];

/** All that a program reads, and what is computed at one time. */
function programBytes(outputs: Outputs): number {
  const sections = hasCheckpoints(outputs)
    ? sectionsOf(outputs).map((section) => section.outputs)
    : [outputs];
  const each = sections.map((section) => Object.values(section));
  return Math.max(...each.map((tensors) => inputBytes(tensors) + peakBytes(tensors)));
}

/** Bytes of an engine that computes these programs, one after the other: it keeps what the largest needs. */
export function engineBytes(programs: readonly Outputs[]): number {
  const needed = START + Math.max(...programs.map(programBytes));
  return needed + Math.min(GROWTH * needed, MOST_GROWTH);
}
