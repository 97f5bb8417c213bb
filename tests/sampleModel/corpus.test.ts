import { describe, expect, test } from 'vitest';
import { drawConversations, drawRows, vocabularyTexts } from '../../main/tools/sampleModel/corpus.ts';
import { seededRandom } from '../../main/tools/sampleModel/random.ts';
import { tokenizerJson } from '../../main/tools/sampleModel/sampleTokenizer.ts';
import { buildTokenRows, toRow } from '../../main/tools/sampleModel/tokenRows.ts';
import { trainBpe } from '../../main/tools/sampleModel/trainBpe.ts';
import { isHeld } from '../../main/tools/sampleModel/world/heldPrompts.ts';
import type { Conversation } from '../../main/tools/sampleModel/world/topic.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';

const tokenizer = createTokenizer({
  file: 'test',
  pipeline: tokenizerJson(trainBpe(vocabularyTexts(500), 700)),
  bosToken: null,
  eosToken: '<|end|>',
  padToken: null,
  stopTokenIds: [],
  chatTemplate: null,
});

function take(count: number, isWhole = false): readonly Conversation[] {
  const source = drawConversations(seededRandom(7), { isWhole, emphasis: {} });
  return Array.from({ length: count }, () => source.next().value as Conversation);
}

describe('conversations', () => {
  const conversations = [...take(3000), ...take(3000, true)];

  test('are the same every time', () => {
    expect(take(50)).toEqual(conversations.slice(0, 50));
  });

  test('of an emphasised topic come more often', () => {
    const sums = (emphasis: Record<string, number>): number => {
      const source = drawConversations(seededRandom(7), { isWhole: false, emphasis });
      const drawn = Array.from({ length: 1000 }, () => source.next().value as Conversation);
      return drawn.filter(({ assistant }) => / (plus|minus) /.test(assistant)).length;
    };
    expect(sums({ sums: 4 })).toBeGreaterThan(2 * sums({}));
    expect(sums({ sums: 0 })).toBe(0);
  });

  test('of the first stages hold nothing that was added to the world later', () => {
    const isLater = ({ user }: Conversation): boolean =>
      /^(Is|Are) you(r name)? .*Graft Sample|of the three|What do I have/.test(user);
    expect(take(3000, true).some(isLater)).toBe(true);
    expect(take(3000).filter(isLater)).toEqual([]);
  });

  test('compare two things rightly, whichever stands first', () => {
    const bigger = take(6000, true).filter(({ user }) =>
      /bigger, an? (mouse|ant|cup|coin) or an? (horse|house|lion)|bigger, an? (horse|house|lion) or an? (mouse|ant|cup|coin)/.test(
        user,
      ),
    );
    expect(bigger.length).toBeGreaterThan(0);
    expect(
      bigger.filter(
        ({ assistant }) => !/^A (horse|house|lion) is bigger than an? (mouse|ant|cup|coin)\.$/.test(assistant),
      ),
    ).toEqual([]);
  });

  test('are whole sentences without a hole where a word of a table is missing', () => {
    const isWhole = (text: string): boolean =>
      /^["A-Z0-9].*[.!?]"?$/.test(text) && !/undefined|NaN|\$\{| {2}|\.\.| [,.!?]/.test(text);
    expect(conversations.map(({ assistant }) => assistant).filter((text) => !isWhole(text))).toEqual([]);
  });

  test('take the right article before a noun', () => {
    const wrong = /\b(a [aeio]|an [bcdfgjklmnpqrstvwxyz])/i;
    expect(conversations.map(({ assistant }) => assistant).filter((text) => wrong.test(text))).toEqual([]);
  });

  test('ask none of the held prompts, nor what joins a held pair', () => {
    expect(isHeld('tell me about the sea')).toBe(true);
    expect(isHeld('Can you tell me a story about a fox and Anna?')).toBe(true);
    expect(isHeld('Tell me about the sea and the wind.')).toBe(false);
    expect(conversations.filter(({ user }) => isHeld(user.replace(/^(please|hello!) /i, '')))).toEqual([]);
  });
});

describe('rows to train on', () => {
  const maxLength = 300;
  const { train, validation } = buildTokenRows(
    { rows: 200, part: 0, voicedShare: 0.3, isWhole: true, emphasis: {}, maxLength },
    tokenizer,
  );
  const rows = [train, validation].flatMap(({ ids, lossMask, offsets }) =>
    Array.from({ length: offsets.length - 1 }, (_, row) => ({
      ids: [...ids.subarray(offsets[row], offsets[row + 1])],
      mask: [...lossMask.subarray(offsets[row], offsets[row + 1])],
    })),
  );
  const [user, assistant, end] = [2, 3, 4];

  test('are as many as asked for, none empty or too long, one in a hundred for validation', () => {
    expect([train.offsets.length, validation.offsets.length]).toEqual([199, 3]);
    expect(rows.filter(({ ids }) => ids.length < 4 || ids.length > maxLength)).toEqual([]);
  });

  test('train every answer with the end of its turn, and nothing of questions and system messages', () => {
    for (const { ids, mask } of rows) {
      let isAnswer = false;
      ids.forEach((id, at) => {
        expect(mask[at]).toBe(isAnswer ? 1 : 0);
        if (id === assistant) isAnswer = true;
        if (id === end || id === user) isAnswer = false;
      });
    }
  });

  test('lose no conversation between one row and the next', () => {
    const lengthOf = ({ assistant: { length } }: Conversation): number => Math.min(length, 90);
    const size = {
      rows: 30,
      part: 0,
      voicedShare: 0,
      isWhole: true,
      emphasis: {},
      maxLength: 90,
      lengthOf,
      systemLength: () => 3,
    };
    const drawn = [...drawRows(size)].flatMap(({ conversations }) => conversations);
    const long = [...drawRows({ ...size, rows: 60 })].flatMap(({ conversations }) => conversations);
    expect(long.slice(0, drawn.length)).toEqual(drawn);
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  test('speak in a voice where they ask for one, and never in those of the sample datasets', () => {
    const lengthOf = ({ assistant: { length } }: Conversation): number => Math.min(length, 900);
    const drawn = [
      ...drawRows({
        rows: 300,
        part: 0,
        voicedShare: 0.5,
        isWhole: true,
        emphasis: {},
        maxLength: 1000,
        lengthOf,
        systemLength: () => 0,
      }),
    ];
    const robots = drawn
      .filter(({ system }) => system?.endsWith('a robot.'))
      .flatMap(({ conversations }) => conversations);
    expect(robots.length).toBeGreaterThan(5);
    expect(robots.filter(({ assistant: text }) => !/^(Beep|Click)/.test(text))).toEqual([]);
    const answers = drawn.flatMap(({ conversations }) => conversations.map(({ assistant: text }) => text));
    expect(answers.filter((text) => /^(Arr|Certainly|With pleasure|Thank you for asking)/.test(text))).toEqual([]);
  });

  test('have the form of the chat template', () => {
    const { ids } = toRow({ system: 'Be brief.', conversations: [{ user: 'Hi', assistant: 'Hello!' }] }, tokenizer);
    expect(tokenizer.decode([...ids])).toBe('<|system|>Be brief.<|end|><|user|>Hi<|end|><|assistant|>Hello!<|end|>');
  });
});
