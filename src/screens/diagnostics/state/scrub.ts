/** Takes out of a message what may be of a person: quoted texts, addresses, paths, names of files. */

/** Files that every model has: their names tell what failed and nothing of a person. */
const COMMON =
  /^(?:config|generation_config|tokenizer|tokenizer_config|scaling)\.json$|^model\.safetensors(?:\.index\.json)?$/;

const FILE =
  /(?<![\w./\\-])[\w-]+(?:\.[\w-]+)*\.(?:jsonl?|csv|tsv|parquet|txt|md|safetensors|gguf|bin|pt|py|js|ts|html?|zip|gz)\b/gi;

const MOST = 240;

/** The first line, without what may be personal. */
export function scrub(message: string): string {
  const [line = ''] = message.split('\n');
  return line
    .replace(/“[^”]*”?/g, '“…”')
    .replace(/"[^"]*"?|`[^`]*`?/g, '“…”')
    .replace(/\b(?:blob:)?[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[address]')
    .replace(/\b[a-z]:\\\S*/gi, '[path]')
    .replace(/(?<![\w<])~?(?:\.{0,2}\/)[\w.@%+~-][^\s,;:]*/g, '[path]')
    .replace(/\b[\w.@%+~-]+(?:[/\\][\w.@%+~-]+)+/g, '[path]')
    .replace(/[\w.+-]+@[\w-]+\.[\w.]+/g, '[address]')
    .replace(FILE, (name) => (COMMON.test(name) ? name : '[file]'))
    .slice(0, MOST);
}
