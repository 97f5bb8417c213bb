/** Files inside the runtime `webgpu`, from its folder. */
export const webgpuModules = {
  dawn: 'node_modules/webgpu/index.js',
  tfjs: 'node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.node.js',
} as const;
