/**
 * How the desktop app is packed: `npm run package`. Native modules and what they load lie outside the archive, because
 * the system's loader cannot read inside it. Signing, notarisation and the update feed are off until their settings are
 * in the environment: GRAFT_UPDATE_URL for the feed; CSC_LINK, CSC_KEY_PASSWORD (macOS, Windows), APPLE_API_KEY,
 * APPLE_API_KEY_ID, APPLE_API_ISSUER (notarisation) are read by electron-builder itself. Each platform is packed on a
 * machine of its own kind: npm installs the native modules of one.
 */
const { env } = process;

/** @type {import('electron-builder').Configuration} */
const configuration = {
  appId: 'org.graft.studio',
  productName: 'Graft',
  copyright: 'Apache-2.0',
  directories: { output: 'dist/packages', buildResources: 'resources/icons' },
  files: [
    'package.json',
    'dist/app/**',
    'dist/renderer/**',
    'LICENSE',
    'NOTICES.md',
    '!**/node_modules/node-{linux,darwin,win}-*/**', // Electron is the Node of the packaged app
    '!**/node_modules/node-bin-*/**',
    '!**/node_modules/**/*.map', // two thirds of TensorFlow.js
    '!**/node_modules/better-sqlite3/{deps,src}/**', // SQLite's own sources
  ],
  extraResources: [
    {
      from: 'resources',
      to: 'resources',
      filter: ['sample-model/**', 'sample-datasets/**', 'icons/icon.png', 'NOTICES.md'],
    },
  ],
  asar: true,
  asarUnpack: [
    '**/*.{node,wasm,so,dylib,dll}',
    '**/node_modules/{koffi,better-sqlite3}/**',
    '**/node_modules/@koromix/**',
    '**/node_modules/@tensorflow/tfjs-node-gpu/**',
    '**/node_modules/@tensorflow/tfjs-backend-wasm/**',
  ],
  npmRebuild: false, // every native module brings Node-API binaries
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true, // an app that nobody signs starts on Apple silicon all the same
  },
  protocols: [{ name: 'Graft', schemes: ['graft'] }],
  publish: env.GRAFT_UPDATE_URL === undefined ? null : { provider: 'generic', url: env.GRAFT_UPDATE_URL },
  // A deb names a page and somebody to write to; both are whoever's who packs it.
  extraMetadata: { homepage: env.GRAFT_HOMEPAGE ?? 'https://graft.invalid' },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    executableName: 'graft',
    maintainer: env.GRAFT_MAINTAINER ?? 'Graft <nobody@graft.invalid>',
    synopsis: 'Trains small adapters of language models on your own machine',
  },
  deb: {
    depends: [
      'libgtk-3-0',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'xdg-utils',
      'libatspi2.0-0',
      'libuuid1',
      'libsecret-1-0',
    ],
  },
  win: { target: ['nsis'] },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    notarize: env.APPLE_API_KEY !== undefined,
  },
};

export default configuration;
