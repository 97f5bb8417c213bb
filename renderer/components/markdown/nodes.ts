/**
 * Markdown as a tree that components draw. No HTML is ever made of an answer: tags in it are shown as the text they
 * are, links lead to http and https alone, and images become links, since showing one would fetch it.
 */
import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import remend from 'remend';
import { decodeEntities } from './entities.ts';
import { type FormulaToken, closedFormulas, inlineOptions, markdownOptions, openFormulaAt } from './formulas.ts';

export type Node =
  | {
      readonly kind: 'paragraph' | 'quote' | 'strong' | 'emphasis' | 'deleted' | 'group';
      readonly children: readonly Node[];
    }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Node[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly (readonly Node[])[] }
  | { readonly kind: 'table'; readonly header: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string; readonly isClosed: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'codeSpan'; readonly text: string }
  /** `source` with its delimiters. */
  | {
      readonly kind: 'formula';
      readonly tex: string;
      readonly source: string;
      readonly isDisplay: boolean;
      readonly isClosed: boolean;
    }
  /** HTML as it was written. */
  | { readonly kind: 'source'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Node[] }
  | { readonly kind: 'checkbox'; readonly isChecked: boolean }
  | { readonly kind: 'break' }
  | { readonly kind: 'rule' };

export interface Cell {
  readonly align: 'left' | 'center' | 'right' | null;
  readonly children: readonly Node[];
}

const remendOptions = { linkMode: 'text-only', katex: false, images: true } as const;
const fenceStart = /^ {0,3}(`{3}|~{3})/;
const fenceEnd = /\n {0,3}(`{3,}|~{3,})[ \t]*\n*$/;

/** `isOpen`: the text goes on, so what was begun (bold, a link, a code span) is closed for now. */
export function parseMarkdown(source: string, isOpen = false): readonly Node[] {
  if (!isOpen) return nodesOf(new Lexer(markdownOptions).lex(source), false);
  if (fenceStart.test(source)) return nodesOf(new Lexer(markdownOptions).lex(source), true);
  const end = openFormulaAt(source);
  const whole = nodesOf(new Lexer(markdownOptions).lex(closed(source.slice(0, end))), true);
  return end === source.length ? whole : withOpenFormula(whole, source, end);
}

/** What is in a formula is none of Markdown's: it is taken out while the rest is closed. */
function closed(text: string): string {
  let [masked, end] = ['', 0];
  const formulas = closedFormulas(text);
  for (const { at, raw } of formulas) {
    masked += `${text.slice(end, at)}\uE000`;
    end = at + raw.length;
  }
  let index = 0;
  return remend(masked + text.slice(end), remendOptions).replaceAll('\uE000', () => formulas[index++]?.raw ?? '');
}

/** The beginning of a formula as it is written, at the end of the last paragraph. */
function withOpenFormula(nodes: readonly Node[], text: string, at: number): readonly Node[] {
  const source = text.slice(at);
  const begun: Node = {
    kind: 'formula',
    tex: source.slice(2),
    source,
    isDisplay: !source.startsWith('\\('),
    isClosed: false,
  };
  const gap: readonly Node[] = /\s$/.test(text.slice(0, at)) ? [{ kind: 'text', text: ' ' }] : [];
  const last = nodes.at(-1);
  if (last?.kind !== 'paragraph') return [...nodes, { kind: 'paragraph', children: [begun] }];
  return [...nodes.slice(0, -1), { kind: 'paragraph', children: [...last.children, ...gap, begun] }];
}

/** An absolute http or https address, or undefined. */
export function webAddress(href: string): string | undefined {
  const url = URL.parse(decodeEntities(href));
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** marked's own tokens, and formulas. */
function nodesOf(tokens: readonly Token[] | undefined, isOpen: boolean): readonly Node[] {
  return (tokens ?? []).flatMap((token) => nodeOf(token as MarkedToken | FormulaToken, isOpen) ?? []);
}

function nodeOf(token: MarkedToken | FormulaToken, isOpen: boolean): Node | undefined {
  if (token.type === 'formula') return formulaOf(token, isOpen);
  const children = (): readonly Node[] => nodesOf('tokens' in token ? token.tokens : [], isOpen);
  switch (token.type) {
    case 'paragraph':
      return { kind: 'paragraph', children: children() };
    case 'blockquote':
      return { kind: 'quote', children: children() };
    case 'strong':
      return { kind: 'strong', children: children() };
    case 'em':
      return { kind: 'emphasis', children: children() };
    case 'del':
      return { kind: 'deleted', children: children() };
    case 'heading':
      return { kind: 'heading', level: token.depth, children: children() };
    case 'list':
      return listOf(token, isOpen);
    case 'table':
      return tableOf(token, isOpen);
    case 'code':
      return codeOf(token, isOpen);
    case 'link':
      return linkOf(token.href, children());
    case 'image':
      return linkOf(token.href, [{ kind: 'text', text: decodeEntities(token.text === '' ? token.href : token.text) }]);
    case 'text':
      return token.tokens === undefined ? textOf(token) : { kind: 'group', children: children() };
    default:
      return leafOf(token);
  }
}

function leafOf(token: MarkedToken): Node | undefined {
  switch (token.type) {
    case 'codespan':
      return { kind: 'codeSpan', text: token.text };
    case 'escape':
      return { kind: 'text', text: token.text };
    case 'checkbox':
      return { kind: 'checkbox', isChecked: token.checked };
    case 'br':
      return { kind: 'break' };
    case 'hr':
      return { kind: 'rule' };
    case 'html':
      return htmlOf(token);
    case 'space':
    case 'def':
      return undefined;
    default:
      return { kind: 'text', text: token.raw };
  }
}

/** One without an end, in a text that has ended, is no formula. */
function formulaOf({ raw, tex, isDisplay, isClosed }: FormulaToken, isOpen: boolean): Node {
  if (!isClosed && !isOpen) return { kind: 'group', children: nodesOf(new Lexer(inlineOptions).lex(raw), isOpen) };
  return { kind: 'formula', tex, source: raw.trim(), isDisplay, isClosed };
}

function listOf(token: Tokens.List, isOpen: boolean): Node {
  const start = token.ordered ? (token.start === '' ? 1 : token.start) : null;
  return { kind: 'list', start, items: token.items.map(({ tokens }) => nodesOf(tokens, isOpen)) };
}

function tableOf(token: Tokens.Table, isOpen: boolean): Node {
  const cell = ({ align, tokens }: Tokens.TableCell): Cell => ({ align, children: nodesOf(tokens, isOpen) });
  return { kind: 'table', header: token.header.map(cell), rows: token.rows.map((row) => row.map(cell)) };
}

function codeOf({ text, lang, raw, codeBlockStyle }: Tokens.Code, isOpen: boolean): Node {
  const language = /^[\w+#.-]*/.exec(lang ?? '')?.[0].toLowerCase() ?? '';
  return { kind: 'code', text, language, isClosed: !isOpen || (codeBlockStyle !== 'indented' && fenceEnd.test(raw)) };
}

function linkOf(href: string, children: readonly Node[]): Node {
  const address = webAddress(href);
  return address === undefined ? { kind: 'group', children } : { kind: 'link', href: address, children };
}

/** `escaped` text stands in a raw block such as <pre> and is no Markdown. */
function textOf({ text, escaped = false }: { readonly text: string; readonly escaped?: boolean }): Node {
  return { kind: 'text', text: escaped ? text : decodeEntities(text) };
}

function htmlOf({ raw, block }: Tokens.HTML | Tokens.Tag): Node {
  if (/^<br\s*\/?>$/i.test(raw)) return { kind: 'break' };
  return block ? { kind: 'source', text: raw.trimEnd() } : { kind: 'text', text: raw };
}
