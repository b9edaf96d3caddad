/**
 * Unbiased estimate of the chance that at least one of k samples passes, from n samples of which c passed:
 * 1 − C(n − c, k)/C(n, k) = 1 − ∏_{i = n−c+1}^{n} (1 − k/i) (Chen et al., arXiv 2107.03374).
 * The product neither overflows nor cancels.
 * @throws RangeError unless 0 ≤ c ≤ n and 1 ≤ k ≤ n, all whole.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (![n, c, k].every(Number.isInteger) || c < 0 || c > n || k < 1 || k > n) {
    throw new RangeError(
      `pass@k needs whole numbers with 0 ≤ c ≤ n and 1 ≤ k ≤ n, not n=${n}, c=${c}, k=${k}.`,
    );
  }
  if (n - c < k) return 1;
  let allFail = 1;
  for (let i = n - c + 1; i <= n; i++) allFail *= 1 - k / i;
  return 1 - allFail;
}
