/**
 * Dataset files as somebody might have them: English and Japanese support replies, a glossary with rows that cannot be
 * read.
 */
import { Chance } from './Chance.ts';

const products = [
  'desk lamp',
  'kettle',
  'travel mug',
  'bicycle bell',
  'rain jacket',
  'garden hose',
  'radio',
  'tool box',
] as const;
const complaints = [
  ['does not switch on', 'please press and hold the round button for three seconds'],
  ['arrived with a scratch', 'we will send a new one today and you may keep the first'],
  ['is the wrong colour', 'tell us the order number and the colour you wanted'],
  ['makes a humming noise', 'move it a hand’s width from the wall and listen again'],
  ['came without the manual', 'you will find it under “Support” on our site, on page two'],
] as const;

const items = ['電気スタンド', 'やかん', '水筒', '自転車のベル', '雨具', '散水ホース', 'ラジオ', '工具箱'] as const;
const troubles = [
  ['電源が入りません', '丸いボタンを3秒間押し続けてください'],
  ['傷がついていました', '本日、新しい品をお送りいたします'],
  ['色が違います', 'ご注文番号とご希望の色をお知らせください'],
  ['うなるような音がします', '壁から少し離してもう一度お試しください'],
  ['説明書が入っていません', '当店サイトの「サポート」2ページ目にございます'],
] as const;

/** JSONL in OpenAI's form, a third of it Japanese. */
export function supportReplies(rows: number): string {
  const chance = new Chance(11);
  return Array.from({ length: rows }, (_, index) =>
    JSON.stringify({ messages: index % 3 === 2 ? japanese(chance) : english(chance) }),
  ).join('\n');
}

function english(chance: Chance) {
  const [what, advice] = chance.pick(complaints);
  const product = chance.pick(products);
  const order = chance.int(10_000, 99_999);
  return [
    { role: 'system', content: 'You answer for a small shop: friendly, exact, at most two sentences.' },
    { role: 'user', content: `The ${product} of my order ${order} ${what}. What should I do?` },
    {
      role: 'assistant',
      content: `I am sorry about the ${product}: ${advice}. Write to us again if that does not help.`,
    },
  ];
}

function japanese(chance: Chance) {
  const [what, advice] = chance.pick(troubles);
  const item = chance.pick(items);
  const order = chance.int(10_000, 99_999);
  return [
    { role: 'system', content: '小さな店の係として、親切に、正確に、2文以内で答えます。' },
    { role: 'user', content: `注文番号${order}の${item}ですが、${what}。どうすればよいですか。` },
    { role: 'assistant', content: `${item}の件、申し訳ございません。${advice}。` },
  ];
}

const terms = [
  ['halyard', 'The rope that hoists a sail.'],
  ['bilge', 'The lowest part inside a hull, where water gathers.'],
  ['lee', 'The side that is turned away from the wind.'],
  ['kedge', 'A light anchor used to haul a ship along.'],
  ['scupper', 'A hole that lets water run off the deck.'],
  ['thwart', 'The seat across a rowing boat.'],
] as const;

/** CSV; every eleventh row has no meaning, every seventeenth no word, and some are there twice. */
export function glossaryWithGaps(rows: number): string {
  const chance = new Chance(12);
  const lines = Array.from({ length: rows }, (_, index) => {
    const [term, meaning] = chance.pick(terms);
    const deck = chance.int(1, 60);
    const question = index % 17 === 16 ? '' : `"What is a ${term}, of ship ${deck}?"`;
    return `${question},${index % 11 === 10 ? '' : `"${meaning}"`}`;
  });
  return ['question,answer', ...lines].join('\n');
}

/** CSV of two columns that no format names, to be mapped by hand. */
export function unnamedColumns(rows: number): string {
  const chance = new Chance(13);
  const lines = Array.from({ length: rows }, () => chance.pick(terms)).map(
    ([term, meaning]) => `${term},"${meaning}",${chance.int(1, 5)}`,
  );
  return ['lemma,gloss,grade', ...lines].join('\n');
}

/** JSONL, prompt and completion: as large as asked, for what has to stay quick. */
export function manyRows(rows: number): string {
  const chance = new Chance(14);
  const row = (index: number): string => {
    const [what, advice] = chance.pick(complaints);
    return JSON.stringify({
      prompt: `Row ${index + 1}: my ${chance.pick(products)} ${what}.`,
      completion: `Sorry: ${advice}.`,
    });
  };
  return Array.from({ length: rows }, (_, index) => row(index)).join('\n');
}
