import { rewindEntropy } from './prelude.ts';
import { loadPyodide, type PyodideAPI } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import lock from 'pyodide/pyodide-lock.json';
import type { Boot, FromWorker, Run, RunReport } from '../../src/sandbox/protocol.ts';
import { closeFileSystem } from './files.ts';
import harness from './harness.py?raw';
import { HeapImage, type EngineModule } from './heap.ts';
import preload from './preload.py?raw';
import setup from './setup.py?raw';

/**
 * The worker that runs generated Python. Boots Pyodide from the files it is given, loads the harness, keeps an
 * image of the heap, and then for each program: put the image back, load, call once per test, report.
 */

const OUTPUT_CHARS = 10_000;
/** The files live at no address; Pyodide only sees this prefix come back in its requests. */
const FILES = 'https://engine.invalid/';

interface Harness {
  load(job: string): string;
  call(index: number): string;
}

/** Interrupts Python once the clock passes the deadline, and goes on doing so until disarmed. */
class Deadline {
  #at = Infinity;
  readonly buffer: { readonly 0: number };

  constructor() {
    const poll = (): number => (this.passed ? 2 : 0);
    this.buffer = Object.defineProperty({ 0: 0 }, 0, { get: poll, set: () => {} });
  }

  arm(timeoutMs: number): void {
    this.#at = performance.now() + timeoutMs;
  }

  get passed(): boolean {
    return performance.now() >= this.#at;
  }

  disarm(): void {
    this.#at = Infinity;
  }
}

class Output {
  #text = '';
  readonly #decoder = new TextDecoder();

  readonly write = (bytes: Uint8Array): number => {
    if (this.#text.length < OUTPUT_CHARS) {
      this.#text = (this.#text + this.#decoder.decode(bytes.slice(0, OUTPUT_CHARS), { stream: true })).slice(
        0,
        OUTPUT_CHARS,
      );
    }
    return bytes.length;
  };

  take(): string {
    const text = this.#text + this.#decoder.decode();
    this.#text = '';
    return text;
  }
}

/** Pyodide asks for its files by address: answer from memory, since this worker can reach no address. */
function serveFiles(boot: Boot): void {
  Reflect.set(self, 'fetch', async (resource: unknown) => {
    const name = String(resource).slice(FILES.length);
    if (name === 'python_stdlib.zip') return new Response(boot.stdlib);
    if (name === 'pyodide.asm.wasm') return new Response(null);
    throw new TypeError(`The sandbox holds no file ${name}.`);
  });
  Reflect.set(WebAssembly, 'instantiateStreaming', async (_: unknown, imports: WebAssembly.Imports) => ({
    module: boot.module,
    instance: await WebAssembly.instantiate(boot.module, imports),
  }));
}

/** Starts Python from the snapshot, or plainly without one or when this engine does not take it. */
async function boot(snapshot: ArrayBuffer | null): Promise<PyodideAPI> {
  const settings = {
    indexURL: FILES,
    createPyodideModule,
    lockFileContents: { info: lock.info, packages: {} },
    env: { HOME: '/home/pyodide', PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' },
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
  python.runPython(preload);
  return python;
}

async function start(message: Boot): Promise<void> {
  const { port } = message;
  const post = port.postMessage.bind(port);
  const say = (message: FromWorker): void => post(message);
  serveFiles(message);
  const output = new Output();
  const python = await boot(message.snapshot);
  python.setStdin({ stdin: () => null });
  python.setStdout({ write: output.write });
  python.setStderr({ write: output.write });

  const [loadHarness, close] = python.runPython(setup, { filename: '<setup>' }) as [
    (source: string) => { get(name: string): unknown },
    () => void,
  ];
  const functions = loadHarness(harness);
  const run: Harness = {
    load: functions.get('load') as Harness['load'],
    call: functions.get('call') as Harness['call'],
  };
  const { _module: module } = python as unknown as { readonly _module: EngineModule };
  const restoreFiles = closeFileSystem(module.FS);

  const deadline = new Deadline();
  python.setInterruptBuffer(deadline.buffer as unknown as Int32Array);
  close();
  output.take();
  const image = new HeapImage(module);
  forbidTimers();

  port.addEventListener('message', (event: MessageEvent<Run>) => {
    const { nonce, job, timeoutMs } = event.data;
    say({ type: 'started', nonce });
    const execution = execute(run, job, timeoutMs, deadline, output);
    if (execution === null)
      return say({ type: 'unfit', message: 'The canary found traces of an earlier program.' });
    say({ type: 'done', nonce, report: JSON.stringify(execution.report) });
    if (!execution.sound) return say({ type: 'unfit', message: 'The interpreter failed.' });
    image.restore();
    restoreFiles();
    rewindEntropy();
    output.take();
    say({ type: 'idle', nonce });
  });
  port.start();
  say({ type: 'ready', engine: `pyodide ${python.version}` });
}

/** What came of a run, and whether the interpreter may go on after it. */
interface Execution {
  readonly report: RunReport;
  readonly sound: boolean;
}

/** Loads the program and makes its calls, stopping at the deadline or a crash. `null`: the worker is not fit. */
function execute(
  run: Harness,
  job: string,
  timeoutMs: number,
  deadline: Deadline,
  output: Output,
): Execution | null {
  const began = performance.now();
  const calls: string[] = [];
  let outcome: RunReport['outcome'] = 'ran';
  let error: RunReport['error'] = null;
  let sound = true;
  const count = countCalls(job);
  deadline.arm(timeoutMs);
  try {
    const loaded = run.load(job);
    if (loaded !== '') {
      const told = JSON.parse(loaded) as {
        outcome: RunReport['outcome'] | 'unfit';
        error?: RunReport['error'];
      };
      if (told.outcome === 'unfit') return null;
      outcome = told.outcome;
      error = told.error ?? null;
    } else if (!deadline.passed) throw new Error('The harness could not report.');
    const wanted = outcome === 'ran' ? count : 0;
    for (let i = 0; i < wanted && !deadline.passed; i++) {
      const report = run.call(i);
      if (report === '' && !deadline.passed) throw new Error('The harness could not report.');
      if (!deadline.passed) calls.push(report);
    }
  } catch (reason) {
    // Python's own exceptions end in the harness: what comes this far is the engine failing.
    sound = false;
    outcome = 'crash';
    error = { type: 'Crash', message: `The interpreter failed: ${sentence(reason)}`, line: null };
  }
  if (deadline.passed) {
    outcome = 'timeout';
    error = { type: 'Timeout', message: `no answer within ${timeoutMs} ms`, line: null };
  }
  deadline.disarm();
  const timeMs = performance.now() - began;
  const report = {
    outcome,
    error,
    calls: calls.map((text) => JSON.parse(text)),
    output: output.take(),
    timeMs,
  };
  return { report, sound };
}

function countCalls(job: string): number {
  return (JSON.parse(job) as { calls: unknown[] }).calls.length;
}

/** What was thrown, in words: Emscripten throws objects that are no errors, and those do not print. */
function sentence(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`.slice(0, 400);
  if (typeof reason === 'object' && reason !== null) return JSON.stringify({ ...reason }).slice(0, 400);
  return String(reason).slice(0, 400);
}

/** A timer set by a program would fire in the heap of a later one. */
function forbidTimers(): void {
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask']) {
    Reflect.set(self, name, () => {
      throw new TypeError(`${name} is not available to programs.`);
    });
  }
}

addEventListener('message', (event: MessageEvent<Boot>) => {
  if (event.data.type !== 'boot') return;
  const { port } = event.data;
  start(event.data).catch((error: unknown) => {
    port.postMessage({ type: 'unfit', message: `Python did not start: ${sentence(error)}` });
  });
});
