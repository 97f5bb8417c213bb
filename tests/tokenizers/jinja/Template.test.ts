/** Chat templates against jinja2: a text that differs in silence is trained and chatted with, and nobody sees it. */
import { Template as LibraryTemplate } from '@huggingface/jinja';
import { describe, expect, test } from 'vitest';
import { TemplateFailure, TemplateRefusal } from '../../../main/tokenizers/jinja/errors.ts';
import { Template } from '../../../main/tokenizers/jinja/Template.ts';
import { type Case, topics } from './cases.ts';

const render = (template: string, context: Readonly<Record<string, unknown>> = {}): string =>
  new Template(template).render(context);

/** The text; null where the template fails in a way that is ours to say. */
function textOrNull(template: string, context: Readonly<Record<string, unknown>>): string | null {
  try {
    return render(template, context);
  } catch (error) {
    if (error instanceof TemplateFailure || error instanceof TemplateRefusal) return null;
    throw error;
  }
}

describe('jinja', () => {
  test.each(topics)('$name: every text is that of jinja2, and what it refuses is refused', ({ context, cases }) => {
    expect(cases.map(([template]) => [template, textOrNull(template, context)] satisfies Case)).toEqual(cases);
  });

  test.each([
    ["{{ 'a'.encode() }}", "the method 'encode' of a text is not supported"],
    ["{{ 'a'|random }}", "the filter 'random' is not supported"],
    ['{{ messages ~ pad_token }}', "the token 'pad_token' is not handed to chat templates"],
    ['{% if unk_token %}a{% endif %}', "the token 'unk_token' is not handed to chat templates"],
    ['{{ lipsum() }}', "the function 'lipsum' is not supported: it writes a text by chance"],
    ['{{ self.title() }}', "the name 'self' is not supported in a chat template"],
    ["{{ '\\ud83d' }}", 'the escape \\ud83d in a string is half a character, which is not supported'],
    ['{{ (-8) ** 0.5 }}', 'the result of ** is no real number, or too large'],
    ["{% include 'other' %}", "the tag 'include' is not supported in a chat template"],
    [
      "{{ 'a' is sameas 'a' }}",
      'the test sameas is supported for true, false, none, small whole numbers and objects only',
    ],
    [
      '{{ [1]|map("string") }}',
      'the result of a filter such as map or select was written as text; it needs `| list` behind it',
    ],
  ])('%s gives another text in Python, and is refused by name here', (template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  test.each([
    ["a\n{{ 'x'|nothing }}", "line 2: there is no filter named 'nothing'"],
    ['{% if true %}\n\n{% for %}', "line 3: expected a name, got '%}'"],
    ['{%- for m in messages %}\n{{ m.content.x.y }}\n{% endfor %}', "line 2: 'str' has no attribute 'x'"],
    ['a\n\n{% if true %}', "line 3: the template ends where 'elif' or 'else' or 'endif' is missing"],
  ])('%s fails with its line', (template, message) => {
    const failure = (): unknown => {
      try {
        return render(template, { messages: [{ content: 'a' }] });
      } catch (error) {
        return error instanceof TemplateFailure ? error.described : error;
      }
    };
    expect(failure()).toBe(message);
  });

  test('rounds do not hand names on, and a loop inside does not change the one outside', () => {
    const template =
      "{% for m in ['a', 'b'] %}{% if loop.first %}{% set seen = m %}{% endif %}{{ seen|default('-') }}{% endfor %}";
    expect(render(template)).toBe('a-');
  });

  // Once this fails, main/tokenizers/jinja can go and the library take its place.
  test('the library still gives other texts than jinja2', () => {
    const wrong = topics.find(({ context, cases }) =>
      cases.some(([template, text]) => ofLibrary(template, context) !== text),
    );
    expect(wrong).toBeDefined();
    const stripping = "{{ '\\n    x'.lstrip('\\n') }}|{{ '' == false }}";
    expect(ofLibrary(stripping, {})).not.toBe('    x|False');
  });
});

function ofLibrary(template: string, context: Readonly<Record<string, unknown>>): string | null {
  try {
    return new LibraryTemplate(template).render({ ...context, big: 2 ** 70 });
  } catch {
    return null;
  }
}
