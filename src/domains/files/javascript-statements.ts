import { type Expression, parseExpressionAt } from 'acorn';
import type { Statement, StatementKind } from './suite-text.ts';

const BETWEEN = /(?:[\s;]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const BEHIND = /[^\S\n]*;?[^\S\n]*(?:\/\/([^\n]*))?(?=\n|$)/y;
const WHOLE = 'A test is a call and what it must return, such as f(2) === 3.';

/** Expressions, one after the other; where one cannot be read, the next line goes on. */
export function javascriptStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  for (let at = endOf(BETWEEN, text, 0); at < text.length; at = endOf(BETWEEN, text, at)) {
    const statement = statementAt(text, at);
    statements.push(statement);
    at = endOf(BEHIND, text, statement.to);
  }
  return statements;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function statementAt(text: string, from: number): Statement {
  const line = text.indexOf('\n', from);
  const unread = (reason: string): Statement => ({
    from,
    to: line < 0 ? text.length : line,
    comment: '',
    kind: { kind: 'unread', reason },
  });
  try {
    const expression = parseExpressionAt(text, from, { ecmaVersion: 2024, sourceType: 'module' });
    BEHIND.lastIndex = expression.end;
    const behind = BEHIND.exec(text);
    if (!behind) return unread(WHOLE);
    return { from, to: expression.end, comment: behind[1] ?? '', kind: kindOf(text, expression) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return unread(`This is not JavaScript: ${error.message.replace(/ \(\d+:\d+\)$/, '')}.`);
  }
}

function kindOf(text: string, expression: Expression): StatementKind {
  if (expression.type === 'ObjectExpression') return { kind: 'json' };
  if (expression.type === 'CallExpression')
    return { kind: 'bare', callee: text.slice(expression.callee.start, expression.callee.end) };
  if (expression.type !== 'BinaryExpression') return { kind: 'unread', reason: WHOLE };
  const { left, operator, right } = expression;
  if (left.type !== 'CallExpression' || !['==', '==='].includes(operator))
    return { kind: 'unread', reason: WHOLE };
  const { callee, arguments: given } = left;
  const [first, last] = [given[0], given.at(-1)];
  return {
    kind: 'call',
    callee: text.slice(callee.start, callee.end),
    args: first && last ? text.slice(first.start, last.end) : '',
    kwargs: [],
    expected: text.slice(right.start, right.end),
  };
}
