import { Progress } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useApp } from '../AppProvider'
import { byteText } from './byteText'

/** How much room this browser gives, and a word before it gets tight. */
export function StorageMeter({ refreshKey }: { refreshKey: number }) {
  const app = useApp()
  const [room, setRoom] = useState<{ readonly usedBytes: number; readonly quotaBytes: number } | null>(null)
  useEffect(() => {
    let isCurrent = true
    app.projects.estimate().then(
      (estimate) => isCurrent && setRoom(estimate),
      // Not every browser tells; the meter is then left out.
      () => isCurrent && setRoom(null),
    )
    return () => {
      isCurrent = false
    }
  }, [app, refreshKey])
  if (room === null || room.quotaBytes <= 0) return null
  const share = room.usedBytes / room.quotaBytes
  return (
    <div className="storage">
      <span className="num">
        {byteText(room.usedBytes)} used, {byteText(room.quotaBytes - room.usedBytes)} free in this browser
      </span>
      <Progress
        size={3}
        value={Math.max(0.5, share * 100)}
        color={share > 0.8 ? 'yellow' : 'signal'}
        aria-label="Storage used"
      />
      {share > 0.8 && <span>Storage is nearly full. Save a project file now, or delete an old project.</span>}
    </div>
  )
}
