import * as Comlink from 'comlink';
import { describe, expect, it } from 'vitest';
import { askForEngine, serveEngines } from './engine-link.ts';

/** An engine that doubles, started by a page. */
class Doubling extends EventTarget {
  ended = false;
  postMessage({ channel }: { readonly channel: MessagePort }): void {
    Comlink.expose({ double: (x: number) => 2 * x }, channel);
  }
  terminate(): void {
    this.ended = true;
  }
}

/** A page and its worker, each with what the other posts. */
function linked() {
  const [worker, scope] = [new EventTarget(), new EventTarget()];
  const deliver =
    (to: EventTarget) =>
    (data: unknown, ports: MessagePort[] = []) =>
      void to.dispatchEvent(Object.assign(new Event('message'), { data, ports }));
  Object.assign(worker, { postMessage: deliver(scope) });
  Object.assign(scope, { postMessage: deliver(worker) });
  const engines: Doubling[] = [];
  const endAll = serveEngines(worker as Worker, () => {
    engines.push(new Doubling());
    return engines.at(-1) as unknown as Worker;
  });
  return { scope: scope as DedicatedWorkerGlobalScope, engines, endAll };
}

describe('an engine that the page starts for a worker', () => {
  it('answers the worker alone', async () => {
    const { scope, engines } = linked();
    const [first, second] = [askForEngine(scope), askForEngine(scope)];
    const [one, two] = [first, second].map((engine) =>
      Comlink.wrap<{ double(x: number): number }>(engine as Comlink.Endpoint),
    );
    expect(await Promise.all([one!.double(1), two!.double(2)])).toEqual([2, 4]);
    first.terminate();
    expect(engines.map(({ ended }) => ended)).toEqual([true, false]);
    expect(await two!.double(3)).toBe(6);
    second.terminate();
  });

  it('is heard of when it fails, and ends with its worker', () => {
    const { scope, engines, endAll } = linked();
    const [first, second] = [askForEngine(scope), askForEngine(scope)];
    const heard: string[] = [];
    first.addEventListener('error', (event) => heard.push(`first: ${(event as ErrorEvent).message}`));
    second.addEventListener('error', () => heard.push('second'));
    engines[0]!.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    expect(heard).toEqual(['first: out of memory']);
    endAll();
    expect(engines.every(({ ended }) => ended)).toBe(true);
    first.terminate();
    second.terminate();
  });
});
