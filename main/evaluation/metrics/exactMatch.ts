/** Share of answers that equal a reference after NFC and without white space at the ends; an empty one is 0. */
import { meanOf, type Metric } from './metric.ts';

export const exactMatch: Metric = {
  id: 'exactMatch',
  title: { en: 'Exact match', ja: '完全一致' },
  signature: 'exactMatch|norm:nfc,trim|case:kept|version:1',
  measure: (segments) =>
    meanOf(
      segments.map(({ hyp, refs }) => {
        const answer = plain(hyp);
        return answer !== '' && refs.some((ref) => plain(ref) === answer) ? 1 : 0;
      }),
    ),
};

function plain(text: string): string {
  return text.normalize('NFC').trim();
}
