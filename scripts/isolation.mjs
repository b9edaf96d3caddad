/** SharedArrayBuffer, and with it memory shared between workers, exists only in isolated pages. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
