/**
 * Most JSON that all results of one run may take; each result after it is refused. In a file of its own, since workers
 * need it without what parses their messages.
 */
export const MAX_RESULTS_CHARS = 8_000_000;
