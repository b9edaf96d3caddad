import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';

/**
 * Does `draw` whenever the element has another size, and once at first: in the next frame, because what it draws may
 * change the size again, which browsers call an error within one. Returns a function that stops it.
 */
export function whenSized(element: Element, draw: () => void): () => void {
  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  });
  observer.observe(element);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  };
}

/**
 * {@link whenSized} for an effect of a component with one sized element. An effect ends a frame after the element is gone,
 * which is too late here: an element that vanishes while sizes are told has another size within the frame.
 */
export function useSized(): typeof whenSized {
  const stop = useRef(() => {});
  useLayoutEffect(() => () => stop.current(), []);
  return useMemo(() => (element, draw) => (stop.current = whenSized(element, draw)), []);
}
