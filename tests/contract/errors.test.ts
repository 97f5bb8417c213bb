import { expect, it } from 'vitest';
import { GraftError, toGraftError } from '../../main/contract/errors.ts';
import { fileWords } from '../../main/contract/words/files.ts';
import { verbatim } from '../../main/contract/words/words.ts';

it('an error that was sent says the same sentence, remedy and data', () => {
  const error = new GraftError('diskFull', fileWords.diskFull(), { file: 'a.bin', remedy: fileWords.freeSpace() });
  const sent = GraftError.fromJson(JSON.parse(JSON.stringify(error)));
  expect(sent).toMatchObject({
    ...{ code: 'diskFull', reason: fileWords.diskFull(), remedyReason: fileWords.freeSpace() },
    data: { file: 'a.bin', remedy: fileWords.freeSpace().text },
  });
  expect(sent.message).toBe(fileWords.diskFull().text);
});

it('what there are no words for has no reason, before and after it was sent', () => {
  const error = new GraftError('internal', verbatim('x is not a function'), { remedy: verbatim('none') });
  expect(error.toJSON()).toEqual({ code: 'internal', message: 'x is not a function', data: { remedy: 'none' } });
  expect(GraftError.fromJson(error.toJSON()).toJSON()).toEqual(error.toJSON());
  expect(toGraftError(new TypeError('x is not a function')).toJSON()).toEqual({
    ...{ code: 'internal', message: 'x is not a function', data: {} },
  });
});
