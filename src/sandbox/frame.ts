import * as v from 'valibot';
import { fromFrame, type ToFrame } from './protocol.ts';

/** The sandbox could not be started or kept alive: our failure, not a program's. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}

/** First in the document, so that nothing in it runs under a weaker policy. */
const CSP =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src blob:; " +
  "connect-src 'none'; base-uri 'none'; form-action 'none'";

const START_MS = 60_000;

/** What the pool hears about a worker from outside its own port. */
export type Mishap = { readonly kind: 'died'; readonly message: string } | { readonly kind: 'noise' };

/** A worker in the frame: its port, and the way to end it. */
export interface FrameWorker {
  readonly port: MessagePort;
  terminate(): void;
}

async function fetchAsset(name: string): Promise<Response> {
  const url = new URL(`${import.meta.env.BASE_URL}sandbox/${name}`, document.baseURI);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new SandboxUnavailableError(
      `The sandbox file ${url.href} could not be fetched: ${String(error)}. Reload to try again.`,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || type.includes('text/html')) {
    throw new SandboxUnavailableError(
      `The sandbox file ${url.href} is missing (status ${response.status}). Serve the whole build folder, sandbox/ included.`,
    );
  }
  return response;
}

/** The snapshot, unpacked; `null` when it cannot be had, since Python starts without it, only slower. */
async function fetchSnapshot(): Promise<ArrayBuffer | null> {
  try {
    const response = await fetchAsset('python.snapshot.bin');
    const bytes = await response.arrayBuffer();
    const [first, second] = new Uint8Array(bytes, 0, 2);
    // Some hosts unpack on the way, others do not.
    if (first !== 0x1f || second !== 0x8b) return bytes;
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(unpacked).arrayBuffer();
  } catch (error) {
    console.warn('Python starts without its snapshot:', error);
    return null;
  }
}

/** The opaque-origin frame in which every engine runs. It holds no data of ours and can reach no address. */
export class SandboxFrame {
  readonly #element: HTMLIFrameElement;
  readonly #port: MessagePort;
  readonly #listeners = new Map<number, (mishap: Mishap) => void>();
  #next = 0;

  private constructor(element: HTMLIFrameElement, port: MessagePort) {
    this.#element = element;
    this.#port = port;
  }

  /**
   * Fetches the engine, opens the frame and compiles the engine in it.
   * @throws {@link SandboxUnavailableError} when a file is missing or the engine does not compile.
   */
  static async open(): Promise<SandboxFrame> {
    const [frameScript, script, wasm, stdlib, snapshot] = await Promise.all([
      fetchAsset('frame.js').then((response) => response.text()),
      fetchAsset('python.js').then((response) => response.text()),
      fetchAsset('pyodide.asm.wasm').then((response) => response.arrayBuffer()),
      fetchAsset('python_stdlib.zip').then((response) => response.arrayBuffer()),
      fetchSnapshot(),
    ]);
    const element = document.createElement('iframe');
    element.setAttribute('sandbox', 'allow-scripts');
    element.title = 'Sandbox for generated programs';
    element.hidden = true;
    element.setAttribute('aria-hidden', 'true');
    const source = frameScript.replaceAll('</script', '<\\/script');
    element.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${CSP}"><script>${source}</script>`;
    const loaded = new Promise<void>((resolve) =>
      element.addEventListener('load', () => resolve(), { once: true }),
    );
    document.body.append(element);
    await loaded;
    const channel = new MessageChannel();
    const frame = new SandboxFrame(element, channel.port1);
    try {
      await frame.#compile(channel.port2, { type: 'engine', script, wasm, stdlib, snapshot });
    } catch (error) {
      frame.close();
      throw error;
    }
    return frame;
  }

  async #compile(far: MessagePort, engine: ToFrame & { readonly type: 'engine' }): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new SandboxUnavailableError('The sandbox frame did not answer. Reload to try again.')),
        START_MS,
      );
      this.#port.addEventListener('message', (event: MessageEvent<unknown>) => {
        const parsed = v.safeParse(fromFrame, event.data);
        if (!parsed.success) return;
        const message = parsed.output;
        switch (message.type) {
          case 'ready':
            clearTimeout(timer);
            return resolve();
          case 'failed':
            clearTimeout(timer);
            return reject(
              new SandboxUnavailableError(
                `The Python engine did not compile: ${message.message}. WebAssembly is needed.`,
              ),
            );
          case 'died':
            return this.#listeners.get(message.worker)?.({ kind: 'died', message: message.message });
          case 'noise':
            return this.#listeners.get(message.worker)?.({ kind: 'noise' });
        }
      });
      this.#port.start();
    });
    this.#element.contentWindow?.postMessage({ type: 'connect' }, '*', [far]);
    this.#send(engine, [engine.wasm, engine.stdlib, ...(engine.snapshot ? [engine.snapshot] : [])]);
    await ready;
  }

  spawn(onMishap: (mishap: Mishap) => void): FrameWorker {
    const id = this.#next++;
    const channel = new MessageChannel();
    this.#listeners.set(id, onMishap);
    this.#send({ type: 'spawn', worker: id }, [channel.port2]);
    return {
      port: channel.port1,
      terminate: () => {
        this.#listeners.delete(id);
        channel.port1.close();
        this.#send({ type: 'terminate', worker: id });
      },
    };
  }

  /** Ends every worker with the frame. */
  close(): void {
    this.#listeners.clear();
    this.#port.close();
    this.#element.remove();
  }

  #send(message: ToFrame, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
