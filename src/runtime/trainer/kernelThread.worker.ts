import { serveKernelTasks, type KernelThreadSetup } from '../../nn/kernels/kernelThreads'

self.onmessage = ({ data }: MessageEvent<KernelThreadSetup>) => serveKernelTasks(data)
