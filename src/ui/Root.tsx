import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '@mantine/core/styles.css'
import '@mantine/spotlight/styles.css'
import '@mantine/notifications/styles.css'
import 'uplot/dist/uPlot.min.css'
import './theme.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { App } from '../app/app'
import { AppProvider } from './AppProvider'
import { ConfirmHost } from './controls/ConfirmHost'
import { createScreenServices } from './screenServices'
import { ErrorBoundary } from './shell/ErrorBoundary'
import { Shell } from './shell/Shell'
import { theme } from './theme'

/** The whole screen. `main.tsx` mounts it with the application it built. */
export function Root({ app }: { app: App }) {
  const [screen] = useState(() => createScreenServices(app))
  return (
    <MantineProvider theme={theme} forceColorScheme="dark">
      <ErrorBoundary>
        <AppProvider app={app} screen={screen}>
          <Notifications position="bottom-center" />
          <Shell />
          <ConfirmHost />
        </AppProvider>
      </ErrorBoundary>
    </MantineProvider>
  )
}
