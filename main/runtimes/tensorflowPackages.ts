/**
 * TensorFlow: which wheels, pinned by name and SHA-256, and which of their files. The Python tag only chooses one wheel
 * among equals: the libraries inside do not depend on Python. CUDA is experimental: put together from what the wheels
 * declare, never run by us; `doctor` tests it on the machine.
 */
import type { PinnedWheel, RuntimePackage } from './runtimePackage.ts';
import { runtimeWords } from '../contract/words/runtimes.ts';

/** Where the libraries lie inside a runtime's folder: as in the wheel, since CUDA is looked for relative to it. */
export const librarySubfolder = 'tensorflow';

const version = '2.21.0';
const pythonVersion = '3.11';
const tensorflowFiles =
  /^tensorflow\/(libtensorflow_(cc|framework)\.(so\.2|2\.dylib)|THIRD_PARTY_NOTICES\.txt|include\/LICENSE)$/;
const nvidiaFiles =
  /^nvidia\/\w+\/(lib\/[^/]+\.so[.\d]*|bin\/ptxas|nvvm\/libdevice\/[^/]+)$|^[^/]+\.dist-info\/(licenses\/)?License\.txt$/;

/** `tags` is the rest of the file name after name and version. */
function nvidiaWheel(name: string, wheelVersion: string, tags: string, sha256: string): PinnedWheel {
  return {
    requirement: `${name}==${wheelVersion}`,
    fileName: `${name.replaceAll('-', '_')}-${wheelVersion}-${tags}`,
    sha256,
    platforms: tags.replace('py3-none-', '').replace('.whl', '').split('.'),
    pattern: nvidiaFiles,
  };
}

/** The extra `and-cuda` of tensorflow 2.21.0, resolved. */
const cudaWheels: readonly PinnedWheel[] = [
  nvidiaWheel(
    'nvidia-cublas-cu12',
    '12.9.3.13',
    'py3-none-manylinux_2_27_x86_64.whl',
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ),
  nvidiaWheel(
    'nvidia-cuda-cupti-cu12',
    '12.8.90',
    'py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  ),
  nvidiaWheel(
    'nvidia-cuda-nvcc-cu12',
    '12.9.86',
    'py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  ),
  nvidiaWheel(
    'nvidia-cuda-nvrtc-cu12',
    '12.9.86',
    'py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  nvidiaWheel(
    'nvidia-cuda-runtime-cu12',
    '12.9.79',
    'py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  nvidiaWheel(
    'nvidia-cudnn-cu12',
    '9.28.0.42',
    'py3-none-manylinux_2_27_x86_64.whl',
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ),
  nvidiaWheel(
    'nvidia-cufft-cu12',
    '11.4.1.4',
    'py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  nvidiaWheel(
    'nvidia-curand-cu12',
    '10.3.10.19',
    'py3-none-manylinux_2_27_x86_64.whl',
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ),
  nvidiaWheel(
    'nvidia-cusolver-cu12',
    '11.7.5.82',
    'py3-none-manylinux_2_27_x86_64.whl',
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  nvidiaWheel(
    'nvidia-cusparse-cu12',
    '12.5.10.65',
    'py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  nvidiaWheel(
    'nvidia-nccl-cu12',
    '2.32.3',
    'py3-none-manylinux_2_27_x86_64.whl',
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
  ),
  nvidiaWheel(
    'nvidia-nvjitlink-cu12',
    '12.9.86',
    'py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
];

type Described = Omit<RuntimePackage, 'version' | 'purpose' | 'contents' | 'required' | 'otherwise'> & {
  readonly wheels: readonly PinnedWheel[];
};

function tensorflowRuntime({ wheels, ...about }: Described): RuntimePackage {
  return {
    ...about,
    version,
    purpose: 'tensors',
    contents: { kind: 'wheels', pythonVersion, wheels },
    required: [`${librarySubfolder}/libtensorflow_cc.`, `${librarySubfolder}/libtensorflow_framework.`],
    otherwise: runtimeWords.wasmAlways(),
  };
}

export const tensorflowPackages: readonly RuntimePackage[] = [
  tensorflowRuntime({
    id: 'tensorflow-cpu',
    title: runtimeWords.tensorflowCpu(),
    platform: 'linux-x64',
    experimental: false,
    downloadBytes: 273_829_956,
    unpackedBytes: 860_000_000,
    wheels: [
      {
        requirement: `tensorflow-cpu==${version}`,
        fileName: `tensorflow_cpu-${version}-cp311-cp311-manylinux_2_27_x86_64.whl`,
        sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
        sizeBytes: 273_829_956,
        platforms: ['manylinux_2_27_x86_64'],
        pattern: tensorflowFiles,
      },
    ],
  }),
  tensorflowRuntime({
    id: 'tensorflow-cpu',
    title: runtimeWords.tensorflowCpu(),
    platform: 'darwin-arm64',
    experimental: true,
    downloadBytes: 260_000_000,
    unpackedBytes: 1_000_000_000,
    wheels: [
      {
        requirement: `tensorflow==${version}`,
        fileName: `tensorflow-${version}-cp311-cp311-macosx_12_0_arm64.whl`,
        sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
        platforms: ['macosx_12_0_arm64'],
        pattern: tensorflowFiles,
      },
    ],
  }),
  tensorflowRuntime({
    id: 'tensorflow-cuda',
    title: runtimeWords.tensorflowCuda(),
    platform: 'linux-x64',
    experimental: true,
    downloadBytes: 3_300_000_000,
    unpackedBytes: 7_000_000_000,
    wheels: [
      {
        requirement: `tensorflow==${version}`,
        fileName: `tensorflow-${version}-cp311-cp311-manylinux_2_27_x86_64.whl`,
        sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
        platforms: ['manylinux_2_27_x86_64'],
        pattern: tensorflowFiles,
      },
      ...cudaWheels,
    ],
  }),
];
