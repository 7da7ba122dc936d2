import { AppError } from '../../core/errors'
import { readParams } from '../../core/params'
import { exporters } from '../../formats'
import type { ExportedFile } from '../../formats/format'
import type { PickedFile } from '../../ports/files'
import type { ImportPreview, TransferActions } from '../app'
import type { Workspace } from '../workspace'
import { fileSafe } from './projects'

export function createTransferActions(workspace: Workspace): TransferActions {
  let lastFiles: readonly ExportedFile[] = []

  // Reading files is code that the first paint does not need.
  const preview = async (file: PickedFile): Promise<ImportPreview> => {
    const { previewImport } = await import('../importPreview')
    return previewImport(workspace, file)
  }

  return {
    pickAnnotations: async () => {
      const files = await workspace.services.files.pickFiles({ accept: '.json', multiple: false })
      return files?.[0] === undefined ? null : preview(files[0])
    },
    previewAnnotations: preview,
    export: async (exporterId, params, choice) => {
      const exporter = exporters.get(exporterId)
      const { values, issues } = readParams(exporter.params, params)
      if (issues.length > 0)
        throw new AppError('usage/invalid-parameter', issues.map((issue) => issue.message).join('; '))
      // Gathering what goes out is code that the first paint does not need.
      const { exportSource } = await import('../exportSource')
      const source = exportSource(workspace, choice)
      if (source.images.length === 0) {
        throw new AppError(
          'export/nothing-to-export',
          'no image is in progress, done or confirmed clean: mark images first, or include unseen images',
        )
      }
      const outcome = await workspace.jobs.run({ title: `Export ${exporter.title}`, lane: 'batch' }, (job) =>
        exporter.write(source, values, job),
      )
      if (outcome.kind === 'failed') throw outcome.error
      if (outcome.kind === 'cancelled')
        throw new AppError('export/nothing-to-export', 'the export was cancelled: nothing was written')
      lastFiles = outcome.value.files
      return outcome.value.report
    },
    save: async () => {
      for (const file of lastFiles) await workspace.services.files.save(file)
    },
    saveModel: async (runId, form) => {
      const run = workspace.records().get(runId)
      if (run?.type !== 'run') throw new AppError('model/missing', 'this run has no model to save')
      const { exportModel } = await import('../training/exportModel')
      const { onnx, json } = await exportModel(workspace, run, form)
      const { files } = workspace.services
      const name = fileSafe(run.name)
      await files.save({ path: `${name}-model.onnx`, bytes: onnx })
      await files.save({ path: `${name}-model.json`, bytes: new TextEncoder().encode(json) })
    },
  }
}
