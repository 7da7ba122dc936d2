/**
 * Numbers of the ZIP container that writer and reader share (APPNOTE 6.3.10, sections 4.3.7 to 4.3.16). All fields
 * are little-endian. Offsets are those inside the respective record.
 */
export const LOCAL_HEADER = { signature: 0x04034b50, length: 30 } as const
export const CENTRAL_HEADER = { signature: 0x02014b50, length: 46 } as const
export const END = { signature: 0x06054b50, length: 22 } as const
export const END_64 = { signature: 0x06064b50, length: 56 } as const
export const LOCATOR_64 = { signature: 0x07064b50, length: 20 } as const

export const STORED = 0
export const DEFLATED = 8

/** Bit 0: encrypted. Bit 11: names are UTF-8. */
export const ENCRYPTED_FLAG = 1
export const UTF8_FLAG = 1 << 11

/** "Look into the 64-bit record." */
export const MAX_16 = 0xffff
export const MAX_32 = 0xffffffff
