import type { TrainedStudent } from '../../ml/training'
import { readCheckpoint } from '../../ml/trainingCheckpoint'
import { exportStudent } from '../onnx/exportStudent'
import { layOut, nameValues } from './flatParameters'
import { unpackProgress } from './runCheckpoint'
import { identifyNetwork } from './runIdentity'
import { planNetwork } from './runPlan'

/**
 * The network that a run would have kept had it been stopped at its checkpoint: the best epoch by the reviewed images
 * where there was one, else the moving average. Needs no picture and no backend.
 * Throws `train/bad-checkpoint` for damaged bytes, and for those of a network that is built in another way today.
 */
export function exportCheckpoint(
  checkpoint: Uint8Array,
  backboneWeights: Uint8Array<ArrayBuffer> | null,
): TrainedStudent {
  const { spec, position, identity } = readCheckpoint(checkpoint)
  const { architecture, network, shape } = planNetwork({ ...spec, backboneWeights })
  const { state, best, standards } = unpackProgress(checkpoint, {
    ...identity,
    network: identifyNetwork({ architecture, network }, backboneWeights),
  })
  const values =
    best?.values ??
    new Map([
      ...nameValues(layOut(network.parameters), state.vectors.get('average')!),
      ...nameValues(layOut(network.statistics), state.vectors.get('averageStatistics')!),
    ])
  const onnx = exportStudent(network, shape, values, standards, {
    student: architecture.id,
    version: String(architecture.version),
    seed: String(spec.seed),
  })
  return {
    onnx,
    // An epoch that had begun counts, as when a run is stopped.
    epoch: best?.epoch ?? (position.batch > 0 ? position.epoch : position.epoch - 1),
    stoppedEarly: true,
    steps: position.step,
    seconds: position.elapsedMs / 1000,
  }
}
