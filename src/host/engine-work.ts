/** How much arithmetic a program is for an engine that computes a large model, section by section. */
import { hasCheckpoints, sectionsOf } from '../graph/index.ts';
import { loopFlops, productFlops } from '../graph/work.ts';
import type { Outputs } from '../runtime/runtime.ts';

/** Floating-point operations of the products; what a section computes again counts again. */
export const programFlops = (outputs: Outputs): number =>
  (hasCheckpoints(outputs) ? sectionsOf(outputs) : [{ outputs }]).reduce(
    (total, section) => total + productFlops(Object.values(section.outputs)),
    0,
  );

/** Of a program with a loop those that the loop does. */
export const decodingFlops = (outputs: Outputs): number => loopFlops(Object.values(outputs));
