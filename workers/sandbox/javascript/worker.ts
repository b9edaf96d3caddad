import '../clock.ts';
import { capMemory, growthWasRefused } from '../memory.ts';
import variant from '@jitl/quickjs-ng-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSContext } from 'quickjs-emscripten-core';
import type { Boot, CallReport, Job, RunReport } from '../../../src/sandbox/protocol.ts';
import { elapsedMs, rewindClock } from '../clock.ts';
import { Deadline, ResultBudget, sentence, serve, type Execution, type Limits } from '../serve.ts';
import { Guest, type Described, type GuestReport } from './guest.ts';
import { MemoryImage } from './image.ts';

/**
 * The worker that runs generated JavaScript. Makes a QuickJS runtime with nothing of a host in it, keeps an image of the
 * engine's memory from before its first program, and gives each program that image: a runtime that was never used.
 */

const FILE = '<program>';
const MIB = 1024 * 1024;
const INITIAL_PAGES = 256;
const MAX_PAGES = 32_768;
const KEEP_BYTES = 64 * MIB;
/** Below what the worker's own stack bears, so that endless recursion is an exception and not the end of the worker. */
const STACK_BYTES = 128 * 1024;
/** Left free beside a program's own text, which is copied into the engine before anything can refuse it. */
const SPARE_BYTES = 8 * 1024 * 1024;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const SCRIPT = { type: 'global' } as const;
const COMPILE = { type: 'global', compileOnly: true } as const;

// Taken before any program runs, like everything that is used after one.
const { parse, stringify } = JSON;

type Outcome = Pick<RunReport, 'outcome' | 'error' | 'calls'>;

const OUT_OF_MEMORY: CallReport = { raised: 'InternalError: out of memory', memory: true, line: null };

/** The line of the program in which an error arose: of its innermost frame there. */
function lineOf({ stack }: Described): number | null {
  const line = /<program>:(\d+)/.exec(stack)?.[1];
  return line === undefined ? null : Number(line);
}

/** Where not even the error could be allocated, QuickJS throws null. */
function outOfMemory({ type, message }: Described): boolean {
  const said = type === 'InternalError' ? message === 'out of memory' : message === 'null';
  return said && growthWasRefused();
}

function failed(outcome: RunReport['outcome'], thrown: Described): Outcome {
  const { type, message } = thrown;
  return {
    outcome: outOfMemory(thrown) ? 'memory' : outcome,
    error: { type, message, line: lineOf(thrown) },
    calls: [],
  };
}

function reported(report: GuestReport | null): CallReport {
  if (report === null) {
    if (growthWasRefused()) return OUT_OF_MEMORY;
    throw new Error('The call could not be reported.');
  }
  if (!('raised' in report)) return report;
  const { type, message } = report.raised;
  return {
    raised: message === '' ? type : `${type}: ${message}`,
    memory: outOfMemory(report.raised),
    line: lineOf(report.raised),
  };
}

/** Compiles and runs the program, finds its entry point and makes the calls. Stops at the deadline. */
function runProgram(
  context: QuickJSContext,
  realm: Guest,
  { program, entry, calls }: Job,
  deadline: Deadline,
): Outcome {
  const compiled = context.evalCode(program, FILE, COMPILE);
  if (compiled.error) return failed('syntax', realm.describe(compiled.error));
  const evaluated = context.evalCode(program, FILE, SCRIPT);
  if (evaluated.error) return failed('exception', realm.describe(evaluated.error));
  // As a script of its own the name finds functions and variables, and `const` and `let` too, which no object holds.
  const found = IDENTIFIER.test(entry) ? context.evalCode(entry, '<entry>', SCRIPT) : null;
  if (!found || found.error) {
    const message = `${entry} is not defined: the program ran, but it defines no such function`;
    return { outcome: 'exception', error: { type: 'ReferenceError', message, line: null }, calls: [] };
  }
  realm.enter(found.value);
  const reports: CallReport[] = [];
  const budget = new ResultBudget();
  for (let i = 0; i < calls.length && !deadline.passed; i++) {
    const report = realm.call(i, budget);
    if (!deadline.passed) reports.push(reported(report));
  }
  return { outcome: 'ran', error: null, calls: reports };
}

/** QuickJS counts its own stack; recursion in its C code can still reach the end of the browser's, which is larger. */
function broken(reason: unknown): Outcome {
  if (reason instanceof RangeError && reason.message.includes('call stack')) {
    const error = { type: 'RangeError', message: 'Maximum call stack size exceeded', line: null };
    return { outcome: 'exception', error, calls: [] };
  }
  const error = { type: 'Crash', message: `The interpreter failed: ${sentence(reason)}`, line: null };
  return { outcome: 'crash', error, calls: [] };
}

/** Runs a job on an untouched image. `null`: the image is not untouched. */
function execute(
  context: QuickJSContext,
  realm: Guest,
  image: MemoryImage,
  deadline: Deadline,
  text: string,
  { timeoutMs, memoryMb }: Limits,
): Execution | null {
  const began = elapsedMs();
  const job = parse(text) as Job;
  rewindClock();
  capMemory(memoryMb);
  if (!realm.fit) return null;
  let outcome: Outcome;
  let sound = true;
  let output = '';
  if (3 * text.length + SPARE_BYTES > memoryMb * MIB) {
    const error = { type: 'InternalError', message: 'out of memory: the program is too large', line: null };
    outcome = { outcome: 'memory', error, calls: [] };
  } else {
    realm.load(stringify(job.calls));
    deadline.arm(timeoutMs);
    try {
      outcome = runProgram(context, realm, job, deadline);
    } catch (reason) {
      // The program's own exceptions end inside: after what comes this far the engine is not used again.
      sound = false;
      outcome = broken(reason);
    }
    if (deadline.passed) {
      const error = { type: 'Timeout', message: `no answer within ${timeoutMs} ms`, line: null };
      outcome = { ...outcome, outcome: 'timeout', error };
    }
    deadline.disarm();
    try {
      if (sound) output = realm.output;
    } catch {
      sound = false;
    }
  }
  const { heldBytes } = image;
  const timeMs = elapsedMs() - began;
  // A fresh worker costs less than clearing that much.
  if (heldBytes > KEEP_BYTES) sound = false;
  return { report: { ...outcome, output, timeMs, memoryBytes: heldBytes, heldBytes }, sound };
}

async function start({ module, port }: Boot): Promise<void> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES });
  const engine = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, { wasmModule: module, wasmMemory: memory }),
  );
  const runtime = engine.newRuntime();
  runtime.setMaxStackSize(STACK_BYTES);
  const deadline = new Deadline();
  runtime.setInterruptHandler(() => deadline.passed);
  const context = runtime.newContext();
  const realm = new Guest(context);
  const image = new MemoryImage(memory);
  serve(port, {
    name: 'quickjs-ng 0.12.1',
    run: (job, limits) => execute(context, realm, image, deadline, job, limits),
    reset: () => image.restore(),
  });
}

addEventListener('message', (event: MessageEvent<Boot>) => {
  if (event.data.type !== 'boot') return;
  const { port } = event.data;
  start(event.data).catch((error: unknown) => {
    port.postMessage({ type: 'unfit', message: `JavaScript did not start: ${sentence(error)}` });
  });
});
