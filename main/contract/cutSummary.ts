/** What the maximum length takes of a dataset, for form, run and command line; and how a person is told, in English. */

export interface CutSummary {
  readonly maxLength: number;
  /** Of the dataset; a row may be several. */
  readonly pieces: number;
  readonly cutPieces: number;
  /** Trained tokens before the cut; of an encoder's rows all their tokens, which are read for the label. */
  readonly trainedTokens: number;
  /** Those of them that stand behind the cut. */
  readonly lostTrainedTokens: number;
  /** Pieces whose trained tokens all stand behind the cut: nothing of them is trained. */
  readonly lostPieces: number;
  /** The maximum length that would cut nothing, in tokens. */
  readonly wholeLength: number;
  /** What the model takes at most, in tokens. */
  readonly longestPossible: number;
  /** Labels are learned: what is lost was to be read, not to be written. */
  readonly forLabels: boolean;
}

/** A sentence or two; undefined where nothing is cut. `asRows`: each piece is a row. */
export function cutNote(cut: CutSummary, asRows: boolean): string | undefined {
  const { maxLength, pieces, cutPieces } = cut;
  if (cutPieces === 0) return undefined;
  const what = asRows ? 'rows' : 'pieces of rows';
  const verb = cutPieces === 1 ? 'is' : 'are';
  const count = `${cutPieces.toLocaleString('en')} of ${pieces.toLocaleString('en')} ${what} ${verb} longer than ${maxLength} tokens and cut there`;
  return `${count}: ${costOf(cut)}. ${adviceOf(cut)}`;
}

function costOf({ trainedTokens, lostTrainedTokens, lostPieces, forLabels }: CutSummary): string {
  if (lostTrainedTokens === 0) return 'no trained token is lost';
  const share = (100 * lostTrainedTokens) / trainedTokens;
  const percent = share < 0.1 ? 'less than 0.1 %' : `${share.toFixed(1)} %`;
  const tokens = `${lostTrainedTokens.toLocaleString('en')} of ${trainedTokens.toLocaleString('en')}`;
  if (forLabels) return `${tokens} tokens (${percent}) are not read`;
  const lost = `${tokens} trained tokens (${percent}) are lost`;
  if (lostPieces === 0) return lost;
  return `${lost}, and nothing of ${lostPieces.toLocaleString('en')} of them is trained`;
}

function adviceOf({ wholeLength, longestPossible }: CutSummary): string {
  return wholeLength <= longestPossible
    ? `A maximum length of ${wholeLength} would cut nothing.`
    : `The longest has ${wholeLength} tokens; the model takes at most ${longestPossible}.`;
}
