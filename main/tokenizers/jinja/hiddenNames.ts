/**
 * Names that a scope hides before it sets them. Jinja makes Python's local variables of what a scope sets without a
 * condition: a loop or macro inside, when it runs before that, finds nothing, even where the same name is known
 * outside.
 */
import type { Expression, Signature, Statement, Target } from './ast.ts';

type Body = readonly Statement[];
const hidden = new WeakMap<Body, readonly string[]>();

/** Of a body with a scope of its own, once its template was looked through. */
export function namesHiddenIn(body: Body): readonly string[] {
  return hidden.get(body) ?? [];
}

/** Looks through a whole template. */
export function findHiddenNames(template: Body): void {
  enter(template, undefined, []);
}

/** What is known of the names of a scope while its statements are gone through in their order. */
class Names {
  readonly known: Set<string>;
  readonly stored: Set<string>;
  readonly hidden = new Set<string>();
  readonly #outer: Names | undefined;

  constructor(outer: Names | undefined, known: Iterable<string>, stored: Iterable<string> = known) {
    this.#outer = outer;
    this.known = new Set(known);
    this.stored = new Set(stored);
  }

  knows(name: string): boolean {
    return this.known.has(name) || this.#outer?.knows(name) === true;
  }

  load(name: string): void {
    if (!this.knows(name)) this.known.add(name);
  }

  store(name: string): void {
    if (!this.known.has(name) && this.#outer?.knows(name) !== true) this.hidden.add(name);
    this.known.add(name);
    this.stored.add(name);
  }

  /** For one branch of an `if`. */
  branch(): Names {
    return new Names(this.#outer, this.known, this.stored);
  }

  /** What only some branches may set is looked up outside. */
  join(branches: readonly Names[]): void {
    for (const { known, stored } of branches) {
      for (const name of known) this.known.add(name);
      for (const name of stored) this.stored.add(name);
    }
  }
}

/** `parameters` are set from the start. */
function enter(body: Body, outer: Names | undefined, parameters: readonly string[]): void {
  const names = new Names(outer, parameters);
  for (const statement of body) note(statement, names);
  hidden.set(body, [...names.hidden]);
  for (const statement of body) enterInner(statement, names);
}

function note(node: Statement, names: Names): void {
  switch (node.kind) {
    case 'output':
      noteExpression(node.value, names);
      break;
    case 'if':
      noteIf(node, names);
      break;
    case 'for':
      noteExpression(node.iterable, names);
      break;
    case 'set':
      noteExpression(node.value, names);
      noteTarget(node.target, names);
      break;
    case 'set block':
      noteTarget(node.target, names);
      break;
    case 'macro':
      names.store(node.name);
      break;
    case 'call block':
      noteExpression(node.call, names);
      break;
    case 'filter block':
      noteExpression(node.filter, names);
      break;
    case 'with':
      for (const value of node.values) noteExpression(value, names);
      break;
    default:
      break;
  }
}

function noteIf(node: Extract<Statement, { readonly kind: 'if' }>, names: Names): void {
  noteExpression(node.test, names);
  const branches = [node.body, node.elifs, node.otherwise].map((statements) => {
    const branch = names.branch();
    for (const statement of statements) note(statement, branch);
    return branch;
  });
  names.join(branches);
}

function noteTarget(target: Target, names: Names): void {
  if (target.kind === 'name') names.store(target.name);
  else if (target.kind === 'field') names.load(target.namespace);
  else for (const item of target.items) noteTarget(item, names);
}

/** Every name in it is read. */
function noteExpression(node: unknown, names: Names): void {
  if (typeof node !== 'object' || node === null) return;
  if ('kind' in node && node.kind === 'name') names.load((node as Extract<Expression, { readonly kind: 'name' }>).name);
  else for (const child of Object.values(node)) noteExpression(child, names);
}

function enterInner(node: Statement, names: Names): void {
  switch (node.kind) {
    case 'if':
      for (const statement of [...node.body, ...node.elifs, ...node.otherwise]) enterInner(statement, names);
      break;
    case 'for':
      enter(node.body, names, ['loop', ...namesOf(node.target)]);
      enter(node.otherwise, names, []);
      break;
    case 'macro':
    case 'call block':
      enter(node.body, names, parametersOf(node.signature));
      break;
    case 'with':
      enter(node.body, names, node.targets.flatMap(namesOf));
      break;
    case 'set block':
    case 'filter block':
    case 'generation':
      enter(node.body, names, []);
      break;
    default:
      break;
  }
}

function namesOf(target: Target): readonly string[] {
  if (target.kind === 'field') return [];
  return target.kind === 'name' ? [target.name] : target.items.flatMap(namesOf);
}

function parametersOf({ names }: Signature): readonly string[] {
  return ['caller', 'kwargs', 'varargs', ...names.map(({ name }) => name)];
}
