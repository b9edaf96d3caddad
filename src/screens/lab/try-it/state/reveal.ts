export const TRY_IT_ID = 'try-it';

/** Scrolls to the panel and puts the focus on it. */
export function revealTryIt(): void {
  const panel = document.getElementById(TRY_IT_ID);
  panel?.scrollIntoView({ block: 'start' });
  panel?.focus({ preventScroll: true });
}
