/** Written by `bin/kernelsPlugin.ts`: the compiled kernels, base64. */
declare module 'virtual:kernel-modules' {
  export const plain: string
  export const plainRelaxed: string
  export const shared: string
  export const sharedRelaxed: string
}
