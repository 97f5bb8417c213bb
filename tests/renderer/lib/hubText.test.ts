import { describe, expect, it } from 'vitest';
import { readHubText } from '../../../renderer/lib/hubText.ts';

describe('what is typed to name something on a hub', () => {
  it.each([
    [' HuggingFaceTB/SmolLM2-135M-Instruct ', 'HuggingFaceTB/SmolLM2-135M-Instruct'],
    ['hub:owner/name@v1', 'owner/name@v1'],
    ['https://huggingface.co/owner/name.v2/', 'owner/name.v2'],
    ['https://huggingface.co/owner/name/tree/main', 'owner/name'],
    ['https://huggingface.co/owner/name/blob/v1/m%20Q4_0.gguf?download=true', 'hub:owner/name/m Q4_0.gguf@v1'],
    ['https://huggingface.co/owner/name/tree/refs%2Fpr%2F1', 'owner/name@refs/pr/1'],
    ['hub:owner/name/m.gguf', 'hub:owner/name/m.gguf'],
  ])('%s', (text, expected) => {
    expect(readHubText(text)).toBe(expected);
  });

  it('is nothing with a broken escape (a dialog that dies while one pastes)', () => {
    expect(readHubText('https://huggingface.co/owner/name/blob/main/100%.gguf')).toBeUndefined();
  });

  it('is nothing that could be a path or half an id', () => {
    for (const text of [
      '',
      'owner',
      '../name/x',
      '../name',
      'owner/..',
      '/owner/name',
      'owner/name/tree/main',
      'owner/na me',
    ])
      expect(readHubText(text)).toBeUndefined();
  });
});
