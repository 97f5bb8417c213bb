/** What a prompt must be before it reaches the device. */
import { GraftError } from '../../contract/errors.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

/** The first that is no row of a table of `vocabSize`; undefined where all are. */
export function findStrangeId(ids: readonly number[], vocabSize: number): number | undefined {
  return ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
}

/**
 * A table lookup past the vocabulary is undefined on some devices, so it is refused here. Throws GraftError('invalid')
 * of the field.
 */
export function checkIds(ids: readonly number[], vocabSize: number, field = 'ids'): void {
  const wrong = findStrangeId(ids, vocabSize);
  if (wrong === undefined) return;
  throw new GraftError('invalid', engineChatWords.tokenIdOutside({ id: wrong, last: vocabSize - 1 }), {
    field,
    remedy: engineChatWords.ownTokenizer(),
  });
}

/** Throws GraftError('invalid') for a prompt that is empty or leaves no room for a token of the answer. */
export function checkPrompt(promptIds: readonly number[], contextLength: number): void {
  if (promptIds.length === 0) throw new GraftError('invalid', engineChatWords.emptyPrompt(), { field: 'promptIds' });
  if (promptIds.length < contextLength) return;
  throw new GraftError('invalid', engineChatWords.promptTooLong({ count: promptIds.length, contextLength }), {
    field: 'promptIds',
    remedy: engineChatWords.shortenConversation(),
  });
}
