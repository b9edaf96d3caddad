import { elapsedMs, rewindClock } from '../clock.ts';
import { capMemory, growthWasRefused } from '../memory.ts';
import { rewindEntropy } from './prelude.ts';
import { loadPyodide, type PyodideAPI } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import { info } from 'pyodide/pyodide-lock.json';
import type { Boot, CallReport, OperationsJob, RunReport, Work } from '../../../src/sandbox/protocol.ts';
import { Deadline, Output, ResultBudget, sentence, serve, type Execution, type Limits } from '../serve.ts';
import { closeFileSystem } from './files.ts';
import { HeapImage, type EngineModule } from './heap.ts';
import { ImportGate } from './imports.ts';
import { prepare } from './prepare.mjs';
import { StandardIo } from './standard-io.ts';

/**
 * The worker that runs generated Python. Boots Pyodide from the files it is given, loads the harness, keeps an
 * image of the heap, and then for each program: put the image back, load, call once per test, report.
 */

// Taken before any program runs, like everything that is used after one.
const { parse, stringify } = JSON;
const SOURCES = import.meta.glob<string>('./*.py', { query: '?raw', import: 'default', eager: true });
/** The files live at no address; Pyodide only sees this prefix come back in its requests. */
const FILES = 'https://engine.invalid/';

interface Harness {
  prepare(job: string): boolean;
  load(): string;
  run_script(): string;
  call(index: number): string;
  operate(operation: string): string;
}

/** A stand-in for shared memory: tells Python to interrupt itself once the deadline has passed. */
function interruptBuffer(deadline: Deadline): Int32Array {
  const poll = (): number => (deadline.passed ? 2 : 0);
  const buffer = Object.defineProperty({ 0: 0 }, 0, { get: poll, set: () => {} });
  return buffer as unknown as Int32Array;
}

/** Takes the bytes that Python writes, decoding no more of them than are kept. */
function writer(...outputs: readonly Output[]): (bytes: Uint8Array) => number {
  const decoder = new TextDecoder();
  return (bytes) => {
    if (outputs.some((output) => !output.full)) {
      const text = decoder.decode(bytes.subarray(0, 4 * 10_000));
      for (const output of outputs) output.add(text);
    }
    return bytes.length;
  };
}

/** What a program prints: all of it in order, and by stream, as the tests that called it see it. */
class Printing {
  readonly all = new Output();
  readonly out = new Output();
  readonly err = new Output();

  /** What was printed since this was asked last, by stream; `null` for nothing. */
  take(): { readonly out: string; readonly err: string } | null {
    const [out, err] = [this.out.take(), this.err.take()];
    return out === '' && err === '' ? null : { out, err };
  }

  clear(): void {
    this.take();
    this.all.take();
  }
}

/** Pyodide asks for its files by address: answer from memory, since this worker can reach no address. */
function serveFiles(boot: Boot, gate: ImportGate): void {
  Reflect.set(self, 'fetch', async (resource: unknown) => {
    const name = String(resource).slice(FILES.length);
    if (name === 'python_stdlib.zip') return new Response(boot.files['python_stdlib.zip'] ?? null);
    if (name === 'pyodide.asm.wasm') return new Response(null);
    throw new TypeError(`The sandbox holds no file ${name}.`);
  });
  Reflect.set(WebAssembly, 'instantiateStreaming', async (_: unknown, imports: WebAssembly.Imports) => ({
    module: boot.module,
    instance: await gate.instantiate(boot.module, imports),
  }));
}

/** Starts Python from the snapshot, or plainly without one or when this engine does not take it. */
async function boot(snapshot: ArrayBuffer | undefined): Promise<PyodideAPI> {
  const settings = {
    indexURL: FILES,
    createPyodideModule,
    lockFileContents: { info, packages: {} },
    env: {
      HOME: '/home/pyodide',
      LANG: 'C.UTF-8',
      PYTHONHASHSEED: '0',
      PYTHONDONTWRITEBYTECODE: '1',
      _: 'python',
    },
    jsglobals: Object.create(null) as object,
  };
  const load = loadPyodide as unknown as (settings: object) => Promise<PyodideAPI>;
  if (snapshot) {
    try {
      return await load({ ...settings, _loadSnapshot: snapshot });
    } catch (error) {
      console.warn('The snapshot of Python does not fit; starting without it.', error);
    }
  }
  const python = await load(settings);
  prepare(python, (name) => SOURCES[`./${name}.py`]!);
  return python;
}

async function start(message: Boot): Promise<void> {
  const gate = new ImportGate();
  serveFiles(message, gate);
  const python = await boot(message.files['python.snapshot.bin']);
  const printing = new Printing();
  const io = new StandardIo();
  const writeOut = writer(printing.all, printing.out);
  python.setStdin({ read: (buffer) => io.read(buffer) });
  python.setStdout({
    write: (bytes) => {
      io.write(bytes);
      return writeOut(bytes);
    },
  });
  python.setStderr({ write: writer(printing.all, printing.err) });

  const functions = python.globals.get('harness') as { get(name: string): unknown };
  const program: Harness = {
    prepare: functions.get('prepare') as Harness['prepare'],
    load: functions.get('load') as Harness['load'],
    run_script: functions.get('run_script') as Harness['run_script'],
    call: functions.get('call') as Harness['call'],
    operate: functions.get('operate') as Harness['operate'],
  };
  const { _module: module } = python as unknown as { readonly _module: EngineModule };
  (python.globals.get('start') as () => void)();
  const restoreFiles = closeFileSystem(module.FS);
  gate.close(module.FS);

  const deadline = new Deadline();
  python.setInterruptBuffer(interruptBuffer(deadline));
  printing.clear();
  const image = new HeapImage(module);
  forbidTimers();
  silenceConsole();
  serve(message.port, {
    name: `pyodide ${python.version}`,
    run: (job, limits) => execute(program, image, job, limits, deadline, printing, io),
    reset: () => {
      image.restore();
      restoreFiles();
      rewindEntropy();
      printing.clear();
      io.close();
    },
  });
}

/** Loads the program and makes its calls, stopping at the deadline or a crash. `null`: the worker is not fit. */
function execute(
  run: Harness,
  image: HeapImage,
  job: string,
  { timeoutMs, memoryMb }: Limits,
  deadline: Deadline,
  printing: Printing,
  io: StandardIo,
): Execution | null {
  const began = elapsedMs();
  const calls: CallReport[] = [];
  const budget = new ResultBudget();
  let outcome: RunReport['outcome'] = 'ran';
  let error: RunReport['error'] = null;
  let sound = true;
  const { count, operations, input } = shapeOf(parse(job) as Work);
  if (input !== null) io.open(input);
  capMemory(memoryMb);
  rewindClock();
  // Asked before any of the program has run: nothing that it does later is taken for our own failure.
  if (run.prepare(operations ? withoutOperations(job) : job) !== true) return null;
  deadline.arm(timeoutMs);
  try {
    const loaded = input !== null ? run.run_script() : run.load();
    if (loaded !== '') {
      const told = parse(loaded) as { outcome: RunReport['outcome']; error?: RunReport['error'] };
      outcome = told.outcome;
      error = told.error ?? null;
    } else if (!deadline.passed) throw new Error('The harness could not report.');
    const wanted = outcome === 'ran' ? count : 0;
    for (let i = 0; i < wanted && !deadline.passed; i++) {
      const report = operations ? run.operate(operations[i] ?? '') : run.call(i);
      if (report === '' && !deadline.passed) throw new Error('The harness could not report.');
      const printed = operations ? printing.take() : null;
      if (!deadline.passed) calls.push(readCall(budget.admit(report), printed));
    }
  } catch (reason) {
    // Python's own exceptions end in the harness: after what comes this far the engine is not used again.
    sound = false;
    ({ outcome, error } = broken(reason));
  }
  if (deadline.passed) {
    outcome = 'timeout';
    error = { type: 'Timeout', message: `no answer within ${timeoutMs} ms`, line: null };
  }
  deadline.disarm();
  const timeMs = elapsedMs() - began;
  const report = {
    outcome,
    error,
    calls,
    output: printing.all.take(),
    ...(input === null ? {} : { printed: io.printed() }),
    timeMs,
    memoryBytes: image.breakBytes,
    heldBytes: image.heldBytes,
  };
  return { report, sound };
}

/** Why the engine failed: recursion in its C code ends with the browser's stack, and an allocation that it does not check. */
function broken(reason: unknown): Pick<RunReport, 'outcome' | 'error'> {
  if (reason instanceof RangeError && reason.message.includes('call stack')) {
    const message = 'maximum recursion depth exceeded in C';
    return { outcome: 'exception', error: { type: 'RecursionError', message, line: null } };
  }
  if (growthWasRefused()) {
    const message = 'the interpreter failed for want of memory';
    return { outcome: 'memory', error: { type: 'MemoryError', message, line: null } };
  }
  const message = `The interpreter failed: ${sentence(reason)}`;
  return { outcome: 'crash', error: { type: 'Crash', message, line: null } };
}

/**
 * What the harness wrote of one call, with what was printed meanwhile; `null`, which no report may hold, if the program made
 * it write anything else.
 */
function readCall(text: string, printed: ReturnType<Printing['take']>): CallReport {
  try {
    const report = parse(text) as CallReport;
    return printed && 'returned' in report ? { ...report, printed } : report;
  } catch {
    return null as never;
  }
}

/** How many calls a job makes, the operations that they are, and what a script reads. */
function shapeOf(work: Work): {
  readonly count: number;
  readonly operations: readonly string[] | null;
  readonly input: string | null;
} {
  if ('operations' in work) {
    return { count: work.operations.length, operations: work.operations, input: null };
  }
  if ('tests' in work) return { count: work.pages, operations: null, input: null };
  const input = work.stdin ?? null;
  return { count: input === null ? work.calls.length : 0, operations: null, input };
}

/** A program that looked around in its interpreter must not find what it will be asked: arguments come from right answers. */
function withoutOperations(job: string): string {
  return stringify({ ...(parse(job) as OperationsJob), operations: [] });
}

/** A timer set by a program would fire in the heap of a later one. */
function forbidTimers(): void {
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask']) {
    Reflect.set(self, name, () => {
      throw new TypeError(`${name} is not available to programs.`);
    });
  }
}

/** What the engine has to say of a program's doings would otherwise pile up in the browser. */
function silenceConsole(): void {
  for (const name of Object.keys(console)) Reflect.set(console, name, () => {});
}

addEventListener('message', (event: MessageEvent<Boot>) => {
  if (event.data.type !== 'boot') return;
  const { port } = event.data;
  start(event.data).catch((error: unknown) => {
    port.postMessage({ type: 'unfit', message: `Python did not start: ${sentence(error)}` });
  });
});
