/** Carries out the statements of a template: the text they make, and the scopes that Jinja gives them. */
import type { Expression, For, If, Signature, Statement, Target } from './ast.ts';
import { Macro } from './Macro.ts';
import { TemplateFailure } from './errors.ts';
import { applyFilter, argumentsOf, call, evaluate } from './evaluate.ts';
import { checkField } from './globals.ts';
import { namesHiddenIn } from './hiddenNames.ts';
import { LoopContext } from './LoopContext.ts';
import { Scope } from './Scope.ts';
import { iterate } from './sequences.ts';
import { textOf } from './text.ts';
import { isTrue, Namespace, Undefined, type Value } from './values.ts';

/** How a block ended: by itself, or by a tag that its loop must hear of. */
type Ending = 'break' | 'continue' | undefined;

/** Throws TemplateFailure with a line, or TemplateRefusal. */
export function render(statements: readonly Statement[], scope: Scope): string {
  const text: string[] = [];
  const ending = run(statements, scope, text);
  if (ending !== undefined) throw new TemplateFailure(`'${ending}' stands outside of a loop`);
  return text.join('');
}

/** The scope of a body that has one of its own. */
export function innerScope(body: readonly Statement[], scope: Scope): Scope {
  const inner = new Scope(scope);
  for (const name of namesHiddenIn(body)) inner.set(name, new Undefined(`'${name}' is undefined`));
  return inner;
}

function renderInner(body: readonly Statement[], scope: Scope): string {
  return render(body, innerScope(body, scope));
}

function run(statements: readonly Statement[], scope: Scope, text: string[]): Ending {
  for (const statement of statements) {
    const ending = withLine(statement.line, () => runOne(statement, scope, text));
    if (ending !== undefined) return ending;
  }
  return undefined;
}

function withLine<T>(line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateFailure) error.line ??= line;
    throw error;
  }
}

function runOne(node: Statement, scope: Scope, text: string[]): Ending {
  switch (node.kind) {
    case 'data':
      text.push(node.text);
      return undefined;
    case 'output':
      text.push(textOf(evaluate(node.value, scope)));
      return undefined;
    case 'if':
      return run(branchOf(node, scope), scope, text);
    case 'for':
      text.push(runLoop(node, evaluate(node.iterable, scope), scope, 0));
      return undefined;
    case 'set':
      assign(node.target, evaluate(node.value, scope), scope);
      return undefined;
    case 'set block':
      assign(node.target, filtered(node.filter, renderInner(node.body, scope), scope), scope);
      return undefined;
    case 'filter block':
      text.push(textOf(filtered(node.filter, renderInner(node.body, scope), scope)));
      return undefined;
    case 'generation':
      text.push(renderInner(node.body, scope));
      return undefined;
    case 'with':
      return run(node.body, scopeOfWith(node, scope), text);
    case 'macro':
      scope.set(node.name, macro(node.name, node.signature, node.body, scope));
      return undefined;
    case 'call block':
      text.push(textOf(callWithBlock(node, scope)));
      return undefined;
    case 'break':
    case 'continue':
      return node.kind;
  }
}

function branchOf(node: If, scope: Scope): readonly Statement[] {
  if (isTrue(evaluate(node.test, scope))) return node.body;
  const branch = node.elifs.find((each) => withLine(each.line, () => isTrue(evaluate(each.test, scope))));
  return branch?.body ?? node.otherwise;
}

/** Each round has names of its own: what is set in one is gone in the next. */
function runLoop(node: For, iterable: Value, scope: Scope, depth: number): string {
  const items = chosenItems(node, iterable, scope);
  const deeper = (inner: Value, level: number): Value => runLoop(node, inner, scope, level);
  const loop = new LoopContext({ items, depth, deeper: node.recursive ? deeper : undefined });
  const text: string[] = [];
  let isElse = true;
  for (const item of items) {
    loop.next();
    const round = innerScope(node.body, scope);
    round.set('loop', loop);
    assign(node.target, item, round);
    const ending = run(node.body, round, text);
    // Jinja's own way to count: a round that was left early is none.
    if (ending === undefined) isElse = false;
    if (ending === 'break') break;
  }
  return text.join('') + (isElse ? renderInner(node.otherwise, scope) : '');
}

function chosenItems({ target, test }: For, iterable: Value, scope: Scope): readonly Value[] {
  const items = Array.from(iterate(iterable));
  if (test === null) return items;
  return items.filter((item) => {
    const round = new Scope(scope);
    assign(target, item, round);
    return isTrue(evaluate(test, round));
  });
}

function assign(target: Target, value: Value, scope: Scope): void {
  if (target.kind === 'name') scope.set(target.name, value);
  else if (target.kind === 'field') setField(scope.get(target.namespace), target.name, value);
  else unpack(target.items, value, scope);
}

function setField(namespace: Value, name: string, value: Value): void {
  if (!(namespace instanceof Namespace)) throw new TemplateFailure('only a field of a namespace() can be assigned to');
  namespace.fields.set(checkField(name), value);
}

function unpack(targets: readonly Target[], value: Value, scope: Scope): void {
  const items = Array.from(iterate(value));
  if (items.length !== targets.length) {
    throw new TemplateFailure(`${items.length} values cannot be given to ${targets.length} names`);
  }
  for (const [at, target] of targets.entries()) assign(target, items[at], scope);
}

/** A filter of a block, or several inside one another; null: none. */
function filtered(filter: Expression | null, text: string, scope: Scope): Value {
  if (filter?.kind !== 'filter') return text;
  return applyFilter(filter.name, filtered(filter.operand, text, scope), argumentsOf(filter.args, scope));
}

/** The values are worth what they are outside. */
function scopeOfWith(node: Extract<Statement, { readonly kind: 'with' }>, scope: Scope): Scope {
  const inner = innerScope(node.body, scope);
  const values = node.values.map((value) => evaluate(value, scope));
  for (const [at, target] of node.targets.entries()) assign(target, values[at], inner);
  return inner;
}

function macro(name: string | null, signature: Signature, body: readonly Statement[], scope: Scope): Macro {
  const { names, defaults } = signature;
  return new Macro({
    ...{ name, signature, body },
    run: (parameters) => {
      const inner = innerScope(body, scope);
      for (const [at, [parameter, given]] of parameters.entries()) {
        const fallback = defaults[at - (names.length - defaults.length)];
        inner.set(parameter, given === undefined ? fallbackOf(parameter, fallback, inner) : given);
      }
      return render(body, inner);
    },
  });
}

/** Worked out at the call, with the parameters before it. */
function fallbackOf(parameter: string, fallback: Expression | undefined, scope: Scope): Value {
  return fallback === undefined
    ? new Undefined(`the parameter '${parameter}' was not given`)
    : evaluate(fallback, scope);
}

function callWithBlock(node: Extract<Statement, { readonly kind: 'call block' }>, scope: Scope): Value {
  const { positional, keyword } = argumentsOf(node.call.args, scope);
  const caller = macro(null, node.signature, node.body, scope);
  return call(evaluate(node.call.callee, scope), { positional, keyword: new Map([...keyword, ['caller', caller]]) });
}
