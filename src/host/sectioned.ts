/** Programs for graphs with checkpoints: one section after the other, each compiled once however often it occurs. */
import {
  hasCheckpoints,
  inputsOf,
  lastReads,
  type Section,
  sectionsOf,
  type ValueName,
} from '../graph/index.ts';
import {
  type CompileOptions,
  type DeviceArray,
  type HostArray,
  type Outputs,
  type Program,
  type ProgramInput,
  type Runtime,
  RuntimeError,
  type RunResult,
} from '../runtime/runtime.ts';

/** Compiles a graph: whole where it has no checkpoints, and in sections where it has. */
export async function compileGraph(
  runtime: Runtime,
  outputs: Outputs,
  { keep = [] }: CompileOptions = {},
): Promise<Program> {
  if (!hasCheckpoints(outputs)) return runtime.compile(outputs, { keep });
  const sections = sectionsOf(outputs);
  const programs = new Map<string, Program>();
  try {
    for (const section of sections) {
      const key = keyOf(section, keep);
      if (!programs.has(key))
        programs.set(key, await runtime.compile(section.outputs, { keep: keptBy(section, keep) }));
    }
  } catch (error) {
    for (const program of programs.values()) await program.release();
    throw error;
  }
  const inputs = Object.entries(inputsOf(Object.values(outputs))).map(
    ([name, { dtype, shape }]): ProgramInput => ({ name, type: dtype, shape }),
  );
  return new SectionedProgram(
    inputs,
    sections.map((section) => ({ section, program: programs.get(keyOf(section, keep))! })),
    new Set(keep),
  );
}

/** The outputs of a section that stay on the device: what later sections read, and what the caller keeps. */
const keptBy = ({ results }: Section, keep: readonly string[]): string[] =>
  Object.keys(results).filter((own) => {
    const name = results[own]!;
    return typeof name === 'number' || keep.includes(name);
  });

const keyOf = (section: Section, keep: readonly string[]): string =>
  `${keptBy(section, keep).join()} ${section.key}`;

interface Step {
  readonly section: Section;
  readonly program: Program;
}

class SectionedProgram implements Program {
  readonly inputs: readonly ProgramInput[];
  readonly #steps: readonly Step[];
  readonly #keep: ReadonlySet<string>;
  /** The last step that reads each kept value. */
  readonly #lastUse: ReadonlyMap<number, number>;

  constructor(inputs: readonly ProgramInput[], steps: readonly Step[], keep: ReadonlySet<string>) {
    this.inputs = inputs;
    this.#steps = steps;
    this.#keep = keep;
    this.#lastUse = lastReads(steps.map(({ section }) => section));
  }

  async run(feeds: Readonly<Record<string, HostArray | DeviceArray>>): Promise<RunResult> {
    const between = new Map<ValueName, DeviceArray>();
    const values: Record<string, HostArray> = {};
    const kept: Record<string, DeviceArray> = {};
    try {
      for (const [i, { section, program }] of this.#steps.entries()) {
        const own = Object.entries(section.inputs).map(([name, value]) => {
          const array = typeof value === 'number' ? between.get(value) : feeds[value];
          if (!array) throw new RuntimeError(`The graph needs a value for its input ${value}.`);
          return [name, array] as const;
        });
        const result = await program.run(Object.fromEntries(own));
        for (const [name, value] of Object.entries(section.results)) {
          if (typeof value === 'number') between.set(value, result.kept[name]!);
          else if (this.#keep.has(value)) kept[value] = result.kept[name]!;
          else values[value] = result.values[name]!;
        }
        for (const [value, last] of this.#lastUse) if (last === i) release(between, value);
      }
    } catch (error) {
      for (const array of Object.values(kept)) array.dispose();
      throw error;
    } finally {
      for (const array of between.values()) array.dispose();
    }
    return { values, kept };
  }

  async release(): Promise<void> {
    for (const program of new Set(this.#steps.map((step) => step.program))) await program.release();
  }
}

function release(between: Map<ValueName, DeviceArray>, value: ValueName): void {
  between.get(value)?.dispose();
  between.delete(value);
}
