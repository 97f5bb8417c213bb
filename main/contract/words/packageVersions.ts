/** Of packages that a registry has not in the version that Graft names. */
import { wordsOf } from './words.ts';

interface Missing {
  readonly title: string;
  readonly version: string;
  readonly platform: string;
  readonly packages: readonly string[];
}

export const packageVersionWords = wordsOf('packageVersions', {
  missing: {
    en: ({ title, version, platform, packages }: Missing) =>
      `${title} ${version} is not complete for ${platform} on the registry that npm uses: it has no ${packages.join(' and no ')}.`,
    ja: ({ title, version, platform, packages }) =>
      `npm が使うレジストリには、${platform} 向けの ${title} ${version} が揃っていません (${packages.join('、')} がありません)。`,
  },
  takeNewest: {
    en: 'Take the newest that is complete there: `runtime install {id} --version {version}`. Its packages are then as the registry has them, without checksums of ours.',
    ja: '揃っている最新版を使えます: `runtime install {id} --version {version}`。その場合、パッケージは Graft のチェックサムでは確かめられず、レジストリのものがそのまま使われます。',
  },
  noneThere: {
    en: 'Check which registry npm uses (npm config get registry), or use {otherwise}.',
    ja: 'npm が使うレジストリを確かめてください（「npm config get registry」）。または {otherwise} を使ってください。',
  },
  ofWheels: { en: '{title} is there in one version alone.', ja: '{title} の版は一つだけです。' },
  leaveOut: { en: 'Leave --version out.', ja: '--version を外してください。' },
  noVersion: { en: '{version} is no version.', ja: '{version} は版の番号ではありません。' },
  likeThis: { en: 'Write it as 3.21.1.', ja: '3.21.1 のように書いてください。' },
});
