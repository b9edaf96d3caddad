/**
 * Engines that a page starts for one of its workers: the worker has one end of a channel and the engine the other. Firefox may
 * never answer a worker that starts another by itself.
 */

/** What a worker asks its page for; a start brings the engine's end of the channel along. */
export type EngineRequest =
  { readonly engine: 'start'; readonly number: number } | { readonly engine: 'end'; readonly number: number };

/** What a page tells of an engine that ended by itself. */
export interface EngineFailure {
  readonly engine: 'failed';
  readonly number: number;
  readonly message: string;
}

/** An engine as its user sees it: a worker, or the end of a channel to one. */
export interface EngineWorker {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: object): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: object): void;
  start?(): void;
  terminate(): void;
}

/** The messages of both ways, of which those of Comlink are others. */
export const isEngineMessage = <T extends EngineRequest | EngineFailure>(data: unknown): data is T =>
  typeof data === 'object' && data !== null && 'engine' in data;

let engines = 0;

/** Asks the page of this worker for an engine; what is sent to it waits until it is there. */
export function askForEngine(scope: DedicatedWorkerGlobalScope): EngineWorker {
  const { port1: own, port2: engine } = new MessageChannel();
  const number = engines++;
  const tell = (request: EngineRequest, transfer: Transferable[] = []): void =>
    scope.postMessage(request, transfer);
  const failures = new EventTarget();
  const hear = ({ data }: MessageEvent): void => {
    if (!isEngineMessage<EngineFailure>(data) || data.number !== number) return;
    failures.dispatchEvent(Object.assign(new Event('error'), { message: data.message }));
  };
  scope.addEventListener('message', hear);
  tell({ engine: 'start', number }, [engine]);
  const targetOf = (type: string): EventTarget => (type === 'error' ? failures : own);
  return {
    postMessage: (message, transfer = []) => own.postMessage(message, transfer),
    addEventListener: (type, ...rest) => targetOf(type).addEventListener(type, ...rest),
    removeEventListener: (type, ...rest) => targetOf(type).removeEventListener(type, ...rest),
    start: () => own.start(),
    terminate() {
      scope.removeEventListener('message', hear);
      tell({ engine: 'end', number });
      own.close();
    },
  };
}

/**
 * Starts the engines that a worker asks for.
 * @returns ends them all
 */
export function serveEngines(worker: Worker, startEngine: () => Worker): () => void {
  const running = new Map<number, Worker>();
  const end = (number: number): void => {
    running.get(number)?.terminate();
    running.delete(number);
  };
  worker.addEventListener('message', ({ data, ports }: MessageEvent) => {
    if (!isEngineMessage<EngineRequest>(data)) return;
    const { number } = data;
    if (data.engine === 'end') return end(number);
    const engine = startEngine();
    running.set(number, engine);
    engine.addEventListener('error', ({ message }) => {
      const failure: EngineFailure = { engine: 'failed', number, message };
      worker.postMessage(failure, []);
    });
    engine.postMessage({ channel: ports[0] }, [...ports]);
  });
  return () => [...running.keys()].forEach(end);
}
