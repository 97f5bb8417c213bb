/**
 * The tree of a template: plain data. Children stand in the order in which Jinja visits them; some rules of scope need
 * that.
 */

interface At {
  /** From 1. */
  readonly line: number;
}

export type Expression =
  | (At & { readonly kind: 'constant'; readonly value: null | boolean | bigint | number | string })
  | Name
  | (At & { readonly kind: 'tuple' | 'list'; readonly items: readonly Expression[] })
  | (At & { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] })
  | (At & { readonly kind: 'attribute'; readonly of: Expression; readonly name: string })
  | (At & { readonly kind: 'item'; readonly of: Expression; readonly key: Expression })
  | (At & { readonly kind: 'slice'; readonly start: Bound; readonly stop: Bound; readonly step: Bound })
  | Call
  | FilterNode
  | (At & { readonly kind: 'test'; readonly operand: Expression; readonly name: string; readonly args: CallArguments })
  | (At & { readonly kind: 'not' | 'negative' | 'positive'; readonly operand: Expression })
  | (At & { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression })
  | (At & {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (At & { readonly kind: 'concat'; readonly parts: readonly Expression[] })
  | (At & { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] })
  | (At & {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | null;
    });

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
type Bound = Expression | null;

export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly right: Expression;
}

/** `load` reads it, `store` assigns to it. */
export interface Name extends At {
  readonly kind: 'name';
  readonly name: string;
  readonly use: 'load' | 'store';
}

export interface CallArguments {
  readonly positional: readonly Expression[];
  readonly keyword: readonly (readonly [string, Expression])[];
  /** `*args` */
  readonly spread: Expression | null;
  /** `**kwargs` */
  readonly keywordSpread: Expression | null;
}

export interface Call extends At {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: CallArguments;
}

/** Without an operand it stands for the text of a block. */
export interface FilterNode extends At {
  readonly kind: 'filter';
  readonly operand: Expression | null;
  readonly name: string;
  readonly args: CallArguments;
}

/** `ns.name` as what is assigned to. */
interface NamespaceField extends At {
  readonly kind: 'field';
  readonly namespace: string;
  readonly name: string;
}

export type Target = Name | NamespaceField | (At & { readonly kind: 'targets'; readonly items: readonly Target[] });

export interface Signature {
  readonly names: readonly Name[];
  /** Of the last names. */
  readonly defaults: readonly Expression[];
}

export interface For extends At {
  readonly kind: 'for';
  readonly target: Target;
  readonly iterable: Expression;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
  readonly test: Expression | null;
  readonly recursive: boolean;
}

export interface If extends At {
  readonly kind: 'if';
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly elifs: readonly If[];
  readonly otherwise: readonly Statement[];
}

export interface MacroNode extends At {
  readonly kind: 'macro';
  readonly name: string;
  readonly signature: Signature;
  readonly body: readonly Statement[];
}

export interface CallBlock extends At {
  readonly kind: 'call block';
  readonly call: Call;
  readonly signature: Signature;
  readonly body: readonly Statement[];
}

export type Statement =
  | (At & { readonly kind: 'data'; readonly text: string })
  | (At & { readonly kind: 'output'; readonly value: Expression })
  | For
  | If
  | MacroNode
  | CallBlock
  | (At & { readonly kind: 'set'; readonly target: Target; readonly value: Expression })
  | (At & {
      readonly kind: 'set block';
      readonly target: Target;
      readonly filter: FilterNode | null;
      readonly body: readonly Statement[];
    })
  | (At & { readonly kind: 'with'; readonly targets: readonly Target[]; readonly values: readonly Expression[] } & Body)
  | (At & { readonly kind: 'filter block'; readonly filter: FilterNode } & Body)
  /** transformers' tag around what an assistant wrote: a scope of its own, otherwise only its content. */
  | (At & { readonly kind: 'generation' } & Body)
  | (At & { readonly kind: 'break' | 'continue' });

interface Body {
  readonly body: readonly Statement[];
}
