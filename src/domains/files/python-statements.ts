import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import type { CallText, Statement, StatementKind } from './suite-text.ts';

/** The statements of a text of Python, also where some of it is none. */
export function pythonStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  for (let node = parser.parse(text).topNode.firstChild; node; node = node.nextSibling) {
    if (node.name === 'Comment') continue;
    const source = text.slice(node.from, node.to).trimEnd();
    const to = node.from + source.length;
    const kind = kindOf(text, node);
    const comment = commentBehind(text, node, to);
    // Code keeps its comments: it is written as it stands.
    const end = (kind.kind === 'code' || kind.kind === 'bare') && comment ? comment.to : to;
    const said = comment ? text.slice(comment.from + 1, comment.to) : '';
    if (source !== '') statements.push({ from: node.from, to: end, comment: said, kind });
  }
  return statements;
}

/** The comment on the last line of a statement. */
function commentBehind(text: string, { nextSibling }: SyntaxNode, to: number): SyntaxNode | null {
  if (nextSibling?.name !== 'Comment' || text.slice(to, nextSibling.from).includes('\n')) return null;
  return nextSibling;
}

const WHOLE = 'A test is a call and what it must return, such as f(2) == 3.';

function kindOf(text: string, node: SyntaxNode): StatementKind {
  if (text.charAt(node.from) === '{') return { kind: 'json' };
  const expression = node.name === 'ExpressionStatement' ? node.firstChild : null;
  switch (expression?.name) {
    case 'CallExpression': {
      const list = expression.getChild('ArgList');
      return { kind: 'bare', callee: text.slice(expression.from, list?.from).trim() };
    }
    case 'BinaryExpression': {
      const call = callIn(text, expression);
      return call ? { kind: 'call', ...call } : { kind: 'unread', reason: WHOLE };
    }
    default:
      return { kind: 'code' };
  }
}

/** `f(1, k=2) == 3` taken apart; null for any other expression. */
function callIn(text: string, expression: SyntaxNode): CallText | null {
  const [call, operator] = [expression.firstChild, expression.getChild('CompareOp')];
  const list = call?.name === 'CallExpression' ? call.getChild('ArgList') : null;
  if (!call || !operator || !list || text.slice(operator.from, operator.to) !== '==') return null;
  return {
    callee: text.slice(call.from, list.from).trim(),
    ...argumentsIn(text, list),
    expected: text.slice(operator.to, expression.to).trim(),
  };
}

function argumentsIn(text: string, list: SyntaxNode): Pick<CallText, 'args' | 'kwargs'> {
  const closed = text.charAt(list.to - 1) === ')';
  const kwargs: [string, string][] = [];
  let end = closed ? list.to - 1 : list.to;
  for (const sign of list.getChildren('AssignOp')) {
    const [name, value] = [sign.prevSibling, sign.nextSibling];
    if (!name) continue;
    if (kwargs.length === 0) end = name.from;
    kwargs.push([text.slice(name.from, name.to), value ? text.slice(value.from, value.to) : '']);
  }
  return { args: text.slice(list.from + 1, end).trim(), kwargs };
}
