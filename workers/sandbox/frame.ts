import type { Boot, EngineFiles, FromFrame, ToFrame } from '../../src/sandbox/protocol.ts';

/**
 * Runs inside the opaque frame: compiles the engine once, starts and terminates workers, and reports those that
 * die or speak out of turn. Programs and results never pass through here; they go over each worker's own port.
 */

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

  const compile = async (wasm: ArrayBuffer): Promise<void> => {
    try {
      module = await WebAssembly.compile(wasm);
      tell({ type: 'ready' });
    } catch (error) {
      tell({ type: 'failed', message: String(error).slice(0, 1000) });
    }
  };

  page.addEventListener('message', (event: MessageEvent<ToFrame>) => {
    const message = event.data;
    switch (message.type) {
      case 'engine':
        scriptUrl = URL.createObjectURL(new Blob([message.script], { type: 'text/javascript' }));
        void compile(message.wasm);
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
