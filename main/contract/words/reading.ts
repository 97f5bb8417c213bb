/** How a file of rows was read: which columns play which role, and what is left aside. */
import { wordsOf } from './words.ts';

export const readingWords = wordsOf('reading', {
  preferences: {
    en: 'Preferences are not learned: only {answer} is trained, and the answers in {rejected, list} are left aside.',
    ja: '回答の優劣は学習しません。学習するのは {answer} だけで、{rejected, list} の回答は使いません。',
  },
  verdict: {
    en: 'The column {column} judges the answers and is left aside: answers that it calls wrong are trained like the others.',
    ja: '列「{column}」は回答の正誤を示しますが使われません。誤りとされた回答もほかと同じように学習します。',
  },
  choices: {
    en: 'The answers to choose from ({choices, list}) are left aside: what {label} says of them cannot be learned without them.',
    ja: '選択肢（{choices, list}）は使われません。選択肢がないと、{label} が示す答えを学習できません。',
  },
  severalAnswers: {
    en: 'Where a row gives several answers to its question, the first one is trained.',
    ja: '1 つの質問に複数の回答がある行では、最初の回答を学習します。',
  },
  maybeLabel: {
    en: 'The column {column} ({values}) is not learned; it may be the label of {text}. To learn it as the label, import the file again with {flags}',
    ja: '列「{column}」（{values}）は学習に使われていません。{text} のラベルなら、もう一度取り込んで label の役割を選んでください（コマンドでは {flags}）。',
  },
  maybeLabelToo: {
    en: 'The column {column} ({values}) may be the label too, but {label} was taken. To learn it as the label, import the file again with {flags}',
    ja: '列「{column}」（{values}）もラベルかもしれませんが、{label} を使いました。こちらを学習するには、もう一度取り込んで label の役割を選んでください（コマンドでは {flags}）。',
  },
  furtherColumns: { en: '{count} further columns are left aside.', ja: 'ほかに {count} 列が使われていません。' },
  refused: {
    en: 'The columns {columns} look like the format {format}, but hardly a row could be used as such ({reason}); the rows were read as {taken}.',
    ja: '列 {columns} は形式 {format} のようですが、その形式で使える行がほとんどないため（{reason}）、{taken} として読み取りました。',
  },
  noRole: {
    en: 'has no role "{role}" (its roles: {roles, list})',
    ja: '役割「{role}」はありません（あるのは {roles, list}）',
  },
  columnNotThere: {
    en: 'the column "{column}" given for {role} is not there',
    ja: '{role} に選ばれた列「{column}」がありません',
  },
  needsColumn: {
    en: 'needs a column for {role} (such as {names, list})',
    ja: '{role} の列（{names, list} など）が必要です',
  },
  speaker: {
    en: 'has no use for the column {column}, which belongs to the messages of a conversation',
    ja: '会話のメッセージのものである列「{column}」を使えません',
  },
  speakerColumn: {
    en: ': the column {column} belongs to the messages of a conversation',
    ja: '列「{column}」は会話のメッセージのものです。',
  },
  noColumns: { en: 'no columns', ja: '列なし' },
  theColumns: {
    en: ({ columns, isCut }: { readonly columns: readonly string[]; readonly isCut: boolean }) =>
      `the columns ${columns.join(', ')}${isCut ? ', …' : ''}`,
    ja: ({ columns, isCut }) => `列: ${columns.join('、')}${isCut ? '、…' : ''}`,
  },
  nearest: { en: ': {format} {problem}', ja: '{format}: {problem}。' },
  fitsNoFormat: {
    en: 'The rows of {file} ({columns}) fit no dataset format{why}.',
    ja: '{file} の行（{columns}）は、どのデータセット形式にも当てはまりません。{why}',
  },
  fitsNotFormat: {
    en: 'The rows of {file} ({columns}) do not fit the format {format}{why}.',
    ja: '{file} の行（{columns}）は、形式 {format} に当てはまりません。{why}',
  },
  nameRoles: {
    en: 'Rename the columns, or say which column plays which role, for example --column prompt=question --column answer=reply.',
    ja: '列の名前を変えるか、どの列がどの役割かを選んでください（コマンドでは --column prompt=question --column answer=reply のように）。',
  },
  nameRolesLike: {
    en: 'Rename the columns, or say which column plays which role, for example --column prompt=question --column answer=reply. By the values of the rows this may be right: {flags}',
    ja: '列の名前を変えるか、どの列がどの役割かを選んでください。行の値からは、これが合いそうです: {flags}',
  },
});
