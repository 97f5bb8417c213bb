/** Rows that a model's chat template needs several trained pieces for, and what else it makes of them. */
import { catalogue } from './catalogue.ts';

export const pieceWords = catalogue(
  {
    pieceOf: (piece: string, pieces: string) => `piece ${piece} of ${pieces}`,
    split: (rows: string, pieces: string) =>
      `This model's chat template shows earlier turns otherwise later on, so that ${rows} became ${pieces} pieces: each answer is trained once, behind exactly what a chat shows before it. Cut rows and steps count pieces.`,
    ownWords: (rows: string) =>
      `${rows}: the chat template leaves a part of the answer out, such as the thoughts. It is trained as it stands in the data.`,
    closedThoughts: (rows: string) =>
      `${rows}: the chat template's prompt opens a block of thoughts, and the answer has none. It is trained to close the block at once.`,
    leavesOut: (rows: string) =>
      `${rows}: the chat template leaves a part of the conversation out (earlier thoughts, a system message). With loss on all, that part is not trained.`,
  },
  {
    pieceOf: (piece, pieces) => `${pieces} 個中 ${piece} 個目`,
    split: (rows, pieces) =>
      `このモデルのチャットテンプレートは、前のやりとりを後から別の形で示します。そのため${rows}が ${pieces} 個に分かれました。どの答えも、チャットがその前に示すとおりの文の後で一度だけ学習されます。切られる行とステップは、分けた後の個数で数えます。`,
    ownWords: (rows) =>
      `${rows}: チャットテンプレートは思考など答えの一部を省きます。答えはデータにあるとおりに学習されます。`,
    closedThoughts: (rows) =>
      `${rows}: チャットテンプレートのプロンプトは思考の欄を開きますが、答えに思考がありません。すぐに欄を閉じるように学習されます。`,
    leavesOut: (rows) =>
      `${rows}: チャットテンプレートは会話の一部（前の思考やシステムメッセージ）を省きます。全体で学習するとき、その部分は学習されません。`,
  },
);
