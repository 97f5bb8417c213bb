/** Words of the charts. */
import { catalogue } from './catalogue.ts';

export const chartWords = catalogue(
  {
    chart: 'chart',
    keys: 'Arrow keys read step by step, Shift and arrows move, plus and minus zoom, Escape shows everything.',
    readOut: (step: number, values: string) => `Step ${step.toLocaleString('en')}: ${values}`,
    marked: (step: number, what: string) => `After step ${step.toLocaleString('en')}: ${what}`,
    step: (step: number) => `step ${step.toLocaleString('en')}`,
    lastPoint: (name: string, value: string, step: number) => `${name}: ${value} at step ${step.toLocaleString('en')}`,
    noPoints: (name: string) => `${name}: nothing yet`,
    showAll: 'Show all steps',
    zoomed: (from: number, to: number) => `Steps ${from.toLocaleString('en')}–${to.toLocaleString('en')}`,
    zoomHint: 'Drag to zoom',
  },
  {
    chart: 'グラフ',
    keys: '矢印キーで1点ずつ読み上げ、Shift+矢印で移動、+と−で拡大・縮小、Esc で全体を表示します。',
    readOut: (step, values) => `ステップ ${step.toLocaleString('ja')}: ${values}`,
    marked: (step, what) => `ステップ ${step.toLocaleString('ja')} の後: ${what}`,
    step: (step) => `ステップ ${step.toLocaleString('ja')}`,
    lastPoint: (name, value, step) => `${name}: ステップ ${step.toLocaleString('ja')} で ${value}`,
    noPoints: (name) => `${name}: まだ値がありません`,
    showAll: '全体を表示',
    zoomed: (from, to) => `ステップ ${from.toLocaleString('ja')}–${to.toLocaleString('ja')}`,
    zoomHint: 'ドラッグで拡大',
  },
);
