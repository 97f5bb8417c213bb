/**
 * Prompt and completion, question and answer and the like: two columns of text. A third one may hold what the question
 * is asked about: it stands before the question, with an empty line between them. With instructions in a system column
 * the row is a chat; without, it stays a completion, so that a model without a chat template sees the two joined as
 * they stand. Prompt and completion may be lists of messages instead, as TRL writes them (conversationalPrompt.ts).
 */
import {
  completion as completionNames,
  context as contextNames,
  prompt as promptNames,
  system as systemNames,
  tools as toolsNames,
} from '../../contract/columnNames.ts';
import { answerOf, hasFurtherAnswers } from '../answerValue.ts';
import { isBlank, readTexts } from '../example.ts';
import { findCompletion } from './completionColumn.ts';
import { isConversational, noteUnreadFields, parseConversation } from './conversationalPrompt.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toTurn } from './messages.ts';
import { messageWords } from '../../contract/words/messages.ts';
import { readingWords } from '../../contract/words/reading.ts';
import { valueWords } from '../../contract/words/values.ts';

export const prompt: DatasetFormatReader = {
  id: 'prompt',
  description: '{"prompt": "…", "completion": "…"}',
  roles: [
    { name: 'prompt', columns: promptNames, required: true },
    { name: 'completion', columns: completionNames, required: true },
    { name: 'system', columns: systemNames, required: false },
    { name: 'context', columns: contextNames, required: false },
    { name: 'tools', columns: toolsNames, required: false },
  ],
  findColumns: findCompletion,
  parse(values) {
    if (isConversational(values)) return parseConversation(values);
    const { prompt: question, completion, system, context } = values;
    const read = readTexts({ prompt: question, completion: answerOf(completion), context: context ?? '' });
    if ('reason' in read) return read;
    const { texts } = read;
    if (isBlank(texts.prompt)) return { reason: valueWords.empty({ name: valueWords.column({ name: 'prompt' }) }) };
    if (isBlank(texts.completion)) return { reason: messageWords.emptyAnswer({ title: 'completion' }) };
    const asked = isBlank(texts.context) ? texts.prompt : `${texts.context}\n\n${texts.prompt}`;
    if (system !== undefined && system !== null && system !== '') return toTurn(system, asked, texts.completion);
    return { kind: 'completion', prompt: asked, completion: texts.completion };
  },
  notices(values) {
    const several = hasFurtherAnswers(values['completion']);
    return [
      ...(several ? [readingWords.severalAnswers()] : []),
      ...(isConversational(values) ? noteUnreadFields(values) : []),
    ];
  },
};
