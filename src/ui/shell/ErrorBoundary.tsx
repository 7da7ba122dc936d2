import { Button, Code } from '@mantine/core'
import { Bug } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { EmptyState } from '../controls/EmptyState'

/** Catches a bug of ours while drawing: says what is safe and offers to draw again. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <EmptyState
        icon={Bug}
        title="This screen has a fault"
        action={
          <div style={{ display: 'flex', gap: 8 }}>
            <Button onClick={() => this.setState({ error: null })}>Show it again</Button>
            <Button variant="default" onClick={() => location.reload()}>
              Reload the page
            </Button>
          </div>
        }
      >
        Every edit up to now is saved in this browser. Please report this line:
        <Code block mt="xs" style={{ textAlign: 'left', whiteSpace: 'pre-wrap' }}>
          {error.name}: {error.message}
        </Code>
      </EmptyState>
    )
  }
}
