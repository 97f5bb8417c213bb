import { describe, expect, it } from 'vitest';
import { GraftError, problemOf, toGraftError } from '../../../main/contract/errors.ts';
import { trainingWords } from '../../../main/contract/words/training.ts';
import { validationWords } from '../../../main/contract/words/validation.ts';
import { describeError } from '../../../renderer/lib/describeError.ts';
import { inEnglish, inJapanese } from '../support/speech.ts';

const full = toGraftError(Object.assign(new Error('x'), { code: 'ENOSPC' }));

describe('describeError', () => {
  it('says message and remedy in the language of the window: a Japanese window showed English', () => {
    expect(describeError(full, inJapanese)).toMatchObject({
      message: 'ディスクに空きがありません。',
      remedy: '空きを作ってから、もう一度実行してください。',
    });
    expect(describeError(full, inEnglish).message).toBe('The disk is full.');
  });

  it('says each of several problems in that language', () => {
    const problems = [
      problemOf('training.steps', validationWords.moreThan({ limit: 0 })),
      problemOf('training.task', trainingWords.taskOfWriter()),
    ];
    const error = new GraftError('invalid', validationWords.requestDoesNotHold(), { problems });
    expect(describeError(error, inJapanese).problems.map(({ message }) => message)).toEqual([
      '0 より大きくなければなりません。',
      'このモデルは文章を生成します。タスクはエンコーダーのための設定です。',
    ]);
  });

  it('shows what was kept before there were words as it is', () => {
    const kept = GraftError.fromJson({ code: 'invalid', message: 'It is wrong.', data: { remedy: 'Change it.' } });
    expect(describeError(kept, inJapanese)).toMatchObject({ message: 'It is wrong.', remedy: 'Change it.' });
  });
});
