import { parseHTML } from 'linkedom';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { afterEach, expect, it, vi } from 'vitest';
import { useSized } from './sized.ts';

const watched = new Set<Element>();
class Observer {
  readonly #of: Element[] = [];
  observe(element: Element): void {
    this.#of.push(element);
    watched.add(element);
  }
  disconnect(): void {
    for (const element of this.#of) watched.delete(element);
  }
}

const ended = vi.fn();

function Figure() {
  const host = useRef<HTMLParagraphElement>(null);
  const whenSized = useSized();
  useEffect(() => whenSized(host.current!, () => {}), []);
  useEffect(() => ended, []);
  return <p ref={host} />;
}

afterEach(() => void vi.unstubAllGlobals());

it('watches no element any more that is taken out of the page', async () => {
  const { document } = parseHTML('<!doctype html><main></main>');
  vi.stubGlobal('document', document);
  vi.stubGlobal('ResizeObserver', Observer);
  vi.stubGlobal('cancelAnimationFrame', () => {});
  const main = document.querySelector('main')!;
  render(<Figure />, main);
  await vi.waitFor(() => expect([...watched]).toEqual([main.firstElementChild]));
  render(null, main);
  expect(ended).not.toHaveBeenCalled();
  expect(watched.size).toBe(0);
  await vi.waitFor(() => expect(ended).toHaveBeenCalled());
});
