/** How long a deletion can be taken back; `text/app.ts` says it in seconds. */
export const UNDO_MS = 20_000;
