import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Surfaces and text, light to dark; the same values are CSS variables in theme.css. */
const slate: MantineColorsTuple = [
  '#d7dce3',
  '#b4bcc8',
  '#98a2b1',
  '#6d7788',
  '#3a4352',
  '#2b323e',
  '#222832',
  '#1a1f27',
  '#14181f',
  '#0e1116',
]

// Shade 6 is darker than the usual signal blue: white text on it reaches 5.3:1.
const signal: MantineColorsTuple = [
  '#e2f4ff',
  '#c4e6fd',
  '#93cdf9',
  '#5eb3f4',
  '#3a9eec',
  '#268fe0',
  '#1a6fb3',
  '#1262a0',
  '#0d5186',
  '#073d68',
]

/** The dense look of a workstation: 11 to 13 px type, 3 px corners, 24 to 30 px rows and tools. */
export const theme = createTheme({
  colors: { dark: slate, signal },
  primaryColor: 'signal',
  primaryShade: 6,
  autoContrast: true,
  defaultRadius: 3,
  fontFamily: '"Inter Variable", "Segoe UI", Roboto, "DejaVu Sans", system-ui, sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono Variable", "Cascadia Mono", "DejaVu Sans Mono", ui-monospace, monospace',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '14px', xl: '16px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '14px' } } },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, fz: 'xs', color: 'dark.6', c: 'dark.0' } },
    Button: { defaultProps: { size: 'compact-sm' } },
    Slider: { defaultProps: { size: 3, thumbSize: 12, label: null } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Kbd: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    // Its placeholder is no item of a menu; without it the first item gets the focus.
    Menu: { defaultProps: { shadow: 'md', withinPortal: true, withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        // The page has one banner already: the top bar.
        attributes: { header: { role: 'presentation' } },
        centered: true,
        overlayProps: { blur: 0, backgroundOpacity: 0.5 },
        radius: 4,
      },
      styles: { title: { fontSize: 14, fontWeight: 600 } },
    },
  },
})
