const plain = (word: string): boolean => /^[\w./:=,-]+$/.test(word);

/** A command as it is typed again. */
export const commandLine = (name: string, argv: readonly string[]): string =>
  [
    `npm run -s posterior -- ${name}`,
    ...argv.map((word) => (plain(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
  ].join(' ');
