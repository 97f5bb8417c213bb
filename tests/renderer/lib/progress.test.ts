import { expect, it } from 'vitest';
import { progressText } from '../../../renderer/lib/progress.ts';
import { progressWords } from '../../../main/contract/words/progress.ts';

it('is in the language of the window, names of files as they are', () => {
  const counting = { label: progressWords.tokenising(), done: 12_800, total: 50_000, unit: 'rows' } as const;
  expect(progressText(counting, 'en')).toBe('Tokenising 12,800 / 50,000');
  expect(progressText(counting, 'ja')).toBe('トークン化中 12,800 / 50,000');
  const fetching = {
    label: progressWords.fetching({ what: 'model.safetensors' }),
    done: 0,
    total: null,
    unit: 'bytes',
  } as const;
  expect(progressText(fetching, 'en')).toBe('Fetching model.safetensors');
  expect(progressText(fetching, 'ja')).toBe('取得中: model.safetensors');
  expect(progressText({ ...fetching, label: 'cpu: warming up' }, 'ja')).toBe('cpu: warming up');
});
