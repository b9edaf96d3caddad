/** Said when the page cannot start. Nothing but words is imported here: a library may be what is missing. */
export const notStarted = {
  what: 'The page could not be started.',
  todo: 'Stored runs are untouched. Reload the page; if that does not help, serve the whole site again or try another browser.',
} as const;
