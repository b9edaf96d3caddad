/** Lists to begin with. */
import { type JsonObject, parseJsonLine } from '../../../domains/code/grading/json-line.ts';
import { readOwnCode, readOwnMaths } from '../../../domains/files/own.ts';
import { exampleText } from '../../../domains/files/template.ts';
import { blank, type Content, contentOfDraft, type DomainName } from './fields.ts';

/** One that the starter policy can answer: its prompts ask like this, and its programs are called like this. */
const FAMILIAR: Content = {
  domain: 'code',
  fields: {
    ...(blank('code').fields as Extract<Content, { domain: 'code' }>['fields']),
    id: 'even-max/1',
    family: 'lists',
    prompt: 'def solve(xs):\n    """Return the largest of the even numbers in xs, or 0 if there are none."""',
    entry: 'solve',
    visible: 'solve([3, 8, 5, 2]) == 8\nsolve([4, -6, 7]) == 4\n',
    heldOut: 'solve([]) == 0\nsolve([1, 3]) == 0\n',
    program:
      'def solve(xs):\n    evens = [x for x in xs if x % 2 == 0]\n    return max(evens) if evens else 0\n',
    reasoning: 'keep even numbers; if empty, return 0; take the largest.',
  },
};

/** The examples of the file form. */
const contents = (domain: DomainName): Promise<Content[]> => {
  const read = domain === 'code' ? readOwnCode : readOwnMaths;
  const lines = exampleText(domain, false).trimEnd().split('\n');
  return Promise.all(lines.map((line, i) => contentOfDraft(read(parseJsonLine(line) as JsonObject, i + 1))));
};

export const EXAMPLES: Readonly<Record<DomainName, () => Promise<Content[]>>> = {
  code: async () => [FAMILIAR, ...(await contents('code'))],
  maths: () => contents('maths'),
};
