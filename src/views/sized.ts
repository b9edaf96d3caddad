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
