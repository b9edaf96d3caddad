/** Lists to begin with: the examples of the file form. */
import { type JsonObject, parseJsonLine } from '../../../domains/code/grading/json-line.ts';
import { readOwnCode, readOwnMaths } from '../../../domains/files/own.ts';
import { exampleText } from '../../../domains/files/template.ts';
import { type Content, contentOfDraft, type DomainName } from './fields.ts';

const contents = (domain: DomainName): Promise<Content[]> => {
  const read = domain === 'code' ? readOwnCode : readOwnMaths;
  const lines = exampleText(domain, false).trimEnd().split('\n');
  return Promise.all(lines.map((line, i) => contentOfDraft(read(parseJsonLine(line) as JsonObject, i + 1))));
};

export const EXAMPLES: Readonly<Record<DomainName, () => Promise<Content[]>>> = {
  code: () => contents('code'),
  maths: () => contents('maths'),
};
