/** What can be done with a chat, in its menus. */
import type { Chat } from '../../../main/contract/entities.ts';
import { chatWords } from '../../i18n/chat.ts';
import { commonWords } from '../../i18n/common.ts';
import type { StudioWindow } from '../../state/studio.ts';

export interface ChatEntry {
  readonly label: string;
  readonly note?: string;
  readonly danger?: boolean;
  readonly apart?: boolean;
  readonly onselect: () => void;
}

export function chatEntries(
  studio: StudioWindow,
  chat: Chat,
  {
    title,
    onrename,
    leafId,
  }: { readonly title: string; readonly onrename: () => void; readonly leafId?: string | undefined },
): readonly ChatEntry[] {
  const { i18n, toasts } = studio;
  const [t, common] = [i18n.words(chatWords), i18n.words(commonWords)];
  const attempt = (work: () => Promise<unknown>) => () => void toasts.attempt(work);
  if (chat.trashedAt !== null)
    return [{ label: common.restore, onselect: attempt(async () => studio.api.chats.restore({ id: chat.id })) }];
  return [
    { label: common.rename, onselect: onrename },
    {
      label: t.exportMarkdown,
      onselect: attempt(async () =>
        exportChat(studio, { id: chat.id, format: 'markdown', ...(leafId !== undefined && { leafId }) }),
      ),
    },
    { label: t.exportJson, onselect: attempt(async () => exportChat(studio, { id: chat.id, format: 'json' })) },
    { label: common.moveToTrash, danger: true, apart: true, onselect: attempt(async () => trash(studio, chat, title)) },
  ];
}

async function exportChat(
  { api, platform }: StudioWindow,
  request: { readonly id: string; readonly format: 'markdown' | 'json'; readonly leafId?: string },
): Promise<void> {
  const { fileName, text } = await api.chats.export(request);
  await platform.saveText(fileName, text);
}

/** At once, with a way back; the screen then shows the newest of the others. */
async function trash({ api, router, toasts, i18n }: StudioWindow, { id }: Chat, title: string): Promise<void> {
  const [t, common] = [i18n.words(chatWords), i18n.words(commonWords)];
  await api.chats.remove({ id });
  if (router.path === `/chat/${id}`) router.go('/chat');
  const undo = async (): Promise<void> => {
    await api.chats.restore({ id });
    router.go(`/chat/${id}`);
  };
  toasts.say(t.trashed(title), { label: common.undo, run: undo });
}
