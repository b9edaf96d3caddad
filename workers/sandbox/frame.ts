import type { Boot, EngineFiles, FromFrame, ToFrame } from '../../src/sandbox/protocol.ts';

/**
 * Runs inside the opaque frame: compiles the engine once, starts and terminates workers, and reports those that
 * die or speak out of turn. Programs and results never pass through here; they go over each worker's own port.
 */

const blobOf = (script: string): string =>
  URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));

/** Whether a worker can be had from a blob here: WebKit refuses that to an opaque frame of an isolated page. */
const takesBlobs = (): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = new Worker(blobOf('postMessage(0)'));
    const answer = (loads: boolean): void => {
      probe.terminate();
      resolve(loads);
    };
    // Without a word from it, the way that works everywhere.
    setTimeout(answer, 5000, false);
    probe.addEventListener('message', () => answer(true));
    probe.addEventListener('error', (event) => {
      event.preventDefault();
      answer(false);
    });
  });

/** Where a worker finds its script. An address with the script in it works everywhere, but is read at every start. */
const addressOf = async (script: string): Promise<string> =>
  (await takesBlobs()) ? blobOf(script) : `data:text/javascript,${encodeURIComponent(script)}`;

function serve(page: MessagePort): void {
  const workers = new Map<number, Worker>();
  let scriptUrl = '';
  let module: WebAssembly.Module | null = null;
  let files: EngineFiles = {};
  const tell = (message: FromFrame): void => page.postMessage(message, []);

  const terminate = (id: number): void => {
    workers.get(id)?.terminate();
    workers.delete(id);
  };

  const spawn = (id: number, port: MessagePort): void => {
    if (module === null)
      return tell({ type: 'died', worker: id, message: 'The engine is not compiled yet.' });
    const worker = new Worker(scriptUrl);
    workers.set(id, worker);
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      terminate(id);
      tell({ type: 'died', worker: id, message: String(event.message).slice(0, 1000) });
    });
    worker.addEventListener('message', () => {
      // One message is enough evidence; a flood of them would stall the page.
      terminate(id);
      tell({ type: 'noise', worker: id });
    });
    const boot: Boot = { type: 'boot', module, files, port };
    worker.postMessage(boot, [port]);
  };

  const prepare = async (script: string, wasm: ArrayBuffer): Promise<void> => {
    try {
      [module, scriptUrl] = await Promise.all([WebAssembly.compile(wasm), addressOf(script)]);
      tell({ type: 'ready' });
    } catch (error) {
      tell({ type: 'failed', message: String(error).slice(0, 1000) });
    }
  };

  page.addEventListener('message', (event: MessageEvent<ToFrame>) => {
    const message = event.data;
    switch (message.type) {
      case 'engine':
        void prepare(message.script, message.wasm);
        return;
      case 'files':
        files = message.files;
        return;
      case 'spawn': {
        const port = event.ports[0];
        if (port) spawn(message.worker, port);
        return;
      }
      case 'terminate':
        return terminate(message.worker);
    }
  });
  page.start();
}

addEventListener('message', (event) => {
  const port = event.ports[0];
  if (event.source === parent && port) serve(port);
});
