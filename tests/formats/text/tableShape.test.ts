import { describe, expect, it } from 'vitest';
import { findTableShape, findUnnamedTable } from '../../../main/formats/text/tableShape.ts';

const shapeOf = (text: string, preferred = ',') => findTableShape({ text, isWhole: true }, { preferred, isKnown });
const isKnown = (name: string): boolean => ['text', 'label'].includes(name);

describe('findTableShape', () => {
  it.each([
    ['commas', 'a,b\n1,2\n', ','],
    ['semicolons', 'a;b;c\n1;2;3\n', ';'],
    ['tabs', 'a\tb\n1\t2\n', '\t'],
    ['bars', 'text|label\nthis, that; and|pos\n', '|'],
    ['one column', 'text\nhello\n', ','],
    ['commas within the texts of one column', 'text\nWell, yes\nNo, no, no\nFine\n', '\t'],
    ['semicolons, and a quoted header with commas', '"text, in full, as said";label\na;pos\nb;neg\n', ';'],
    ['commas, and a quoted header with semicolons', '"a;b;c;d",label\nx,pos\ny,neg\n', ','],
    ['semicolons, and commas in every row', 'text;label\n"a,b";pos\n1,5 or 2,5;neg\n', ';'],
    ['tabs, and commas in the header', 'text, said\tlabel\na\tpos\nb\tneg\n', '\t'],
    ['a header alone', 'a;b', ';'],
    ['a header with a comma over rows of one field', 'What was said, in full\nYes\nNo\n', '\t'],
    ['rows none of which fits', 'a,b\n1,2,3\n1\n', ','],
    ['a quote that is never closed', 'question,answer\n"open,a\nb,c\nd,e\n', ','],
  ])('sees %s', (_, text, delimiter) => {
    expect(shapeOf(text)).toEqual({ delimiter });
  });

  it('prefers what the name of the file promises only where it does as well', () => {
    expect(shapeOf('text\nhello\n', '\t')).toEqual({ delimiter: '\t' });
    expect(shapeOf('text,label\na,pos\nb,neg\n', '\t')).toEqual({ delimiter: ',' });
  });

  it.each([
    ['sep=;\na,b;c\n1;2\n', ';'],
    ['"sep=,"\r\na,b\r\n', ','],
    ['SEP=\t\r\na\tb\r\n', '\t'],
    ['sep=|,,,\na|b\n', '|'],
    ['sep=^\na^b\n', '^'],
  ])('obeys the line that names the separator: %j', (text, delimiter) => {
    expect(shapeOf(text)).toEqual({ delimiter, linesBefore: 1, before: 'separator' });
  });

  it('takes a title above the table for none of it, but no header of one column', () => {
    expect(shapeOf('Answers of the survey\n\ntext,label\na,pos\nb,neg\nc,pos\n')).toEqual({
      delimiter: ',',
      linesBefore: 2,
      before: 'title',
    });
    expect(shapeOf('Answers;;\ntext;label;\na;pos;\nb;neg;\nc;pos;\n')).toEqual({
      delimiter: ';',
      linesBefore: 1,
      before: 'title',
    });
    expect(shapeOf('text\nWell, yes\nNo, sir\nPerhaps, so\nSo, so\n')).toEqual({ delimiter: '\t' });
    expect(shapeOf(',text\n0,a\n1,b\n2,c\n')).toEqual({ delimiter: ',' });
    expect(shapeOf(',foo\n0,a\n1,b\n2,c\n')).toEqual({ delimiter: ',' });
  });

  it('sees row names that the header leaves out, as R writes them, but no text with a comma and no separator too many', () => {
    expect(shapeOf('"text","label"\n"1","a","pos"\n"2","b","neg"\n')).toEqual({ delimiter: ',', hasRowNames: true });
    expect(shapeOf('"text" "label"\n"1" "a, b" "pos"\n"2" "c" "neg"\n')).toEqual({ delimiter: ' ', hasRowNames: true });
    expect(shapeOf('text,label\nWell, yes,pos\nNo, no,neg\n')).toEqual({ delimiter: ',' });
    expect(shapeOf('id,text\n1,a,\n2,b,\n')).toEqual({ delimiter: ',' });
    expect(shapeOf('id;text;\n1;a;\n2;b;\n')).toEqual({ delimiter: ';' });
  });

  it('counts no row that the beginning of a file cuts', () => {
    expect(findTableShape({ text: 'a,b\n1,2\n3;4;5;6', isWhole: false }, { preferred: ';', isKnown })).toEqual({
      delimiter: ',',
    });
  });
});

describe('findUnnamedTable', () => {
  it.each([
    ['tabs, as spreadsheets save text', 'text\tlabel\r\na, b\tpos\r\nc\tneg\r\n', true],
    ['a line that names the separator', 'sep=;\nfoo;bar\n', true],
    ['what R writes', '"text" "label"\n"1" "a, b" "pos"\n"2" "c" "neg"\n', true],
    ['prose', 'Well, yes\nNo, no\nGood, so\n', false],
    ['columns that nobody knows', 'key,value\na,b\nc,d\n', false],
    ['prose that begins with a known word', 'text, and more\nso, it goes\non, and on\n', false],
    ['rows of other lengths', 'text,label\na,pos\nb\nc,neg\n', false],
    ['a header alone', 'text,label\n', false],
  ])('%s: %s', (_, text, expected) => {
    expect(findUnnamedTable({ text, isWhole: true }, isKnown) !== undefined).toBe(expected);
  });
});
