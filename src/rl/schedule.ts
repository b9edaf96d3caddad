/** Linear warm-up over a twentieth of the steps, then a cosine down to a twentieth of the rate. */
export function schedule(step: number, steps: number, rate: number): number {
  const warm = Math.max(1, Math.round(steps / 20));
  if (step < warm) return (rate * (step + 1)) / warm;
  const progress = (step - warm) / Math.max(1, steps - warm);
  return rate * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
