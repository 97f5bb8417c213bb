/** What was typed and not sent, by chat, for as long as the window's tab lives. */
const prefix = 'graft.draft.';

export function readDraft(chatId: string | undefined): string {
  return sessionStorage.getItem(keyOf(chatId)) ?? '';
}

export function keepDraft(chatId: string | undefined, text: string): void {
  if (text === '') sessionStorage.removeItem(keyOf(chatId));
  else sessionStorage.setItem(keyOf(chatId), text);
}

const keyOf = (chatId: string | undefined): string => prefix + (chatId ?? 'new');
