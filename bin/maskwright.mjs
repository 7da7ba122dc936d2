#!/usr/bin/env node
// The batch command: checks the call, runs it in the built app in headless Chromium, prints the result.
import { CancelledError, UsageError } from './batch/batchErrors.mjs'
import { builtApp } from './batch/builtApp.mjs'
import { checkPaths } from './batch/checkPaths.mjs'
import { usageText } from './batch/commands.mjs'
import { listImages } from './batch/listImages.mjs'
import { parseCommand } from './batch/parseCommand.mjs'
import { createProgressLine } from './batch/progressLine.mjs'
import { evaluationText, issueText, summaryText } from './batch/reportText.mjs'
import { toRequest } from './batch/toRequest.mjs'

const line = createProgressLine(process.stderr, Date.now)

async function main(words) {
  const call = parseCommand(words)
  if (call.kind === 'help') {
    process.stdout.write(`${usageText(call.command)}\n`)
    return
  }
  const { command, values } = call
  checkPaths(command, values)
  const images = values.images === undefined ? [] : imagesOf(values.images)
  const { files, options, outputs } = toRequest(command, values)
  // Only now: a wrong call is answered without loading a browser driver.
  const { runBatch } = await import('./batch/runBatch.mjs')
  const { summary, issues } = await runBatch({
    dist: await builtApp(line.say),
    command,
    images,
    files,
    options,
    outputs,
    ...(values.backend === undefined ? {} : { backend: values.backend }),
    signal: cancelOnInterrupt(),
    onProgress: line.show,
  })
  line.clear()
  for (const issue of issues) line.say(issueText(issue))
  if (command === 'evaluate')
    process.stdout.write(`${values.json ? JSON.stringify(summary, null, 1) : evaluationText(summary)}\n`)
  else process.stdout.write(`${summaryText(summary)}\n${[...outputs.values()].join('\n')}\n`)
}

function imagesOf(folder) {
  const { images, unreadable } = listImages(folder)
  if (unreadable.length > 0)
    line.say(
      `warning: ${unreadable.length} files such as ${unreadable[0]} cannot be read here: convert them to png`,
    )
  if (images.length === 0)
    throw new UsageError(`--images: "${folder}" holds no png, jpg, bmp or webp image, nor do its sub-folders`)
  return images
}

/** First Ctrl+C: cancel inside the app and leave no half result. Second: leave at once. */
function cancelOnInterrupt() {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1)
      line.say('cancelling; once more to leave at once')
      controller.abort()
    })
  }
  return controller.signal
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const isUsage = error instanceof UsageError || error.code === 'usage/invalid-parameter'
  if (error instanceof CancelledError) line.say('cancelled; nothing was written')
  else line.say(`maskwright: ${error.message}${isUsage ? '\nHelp: npm run maskwright -- --help' : ''}`)
  process.exitCode = isUsage ? 2 : 1
}
