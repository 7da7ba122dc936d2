import { checkTensors } from '../../nn/onnx/checkTensors'
import type { InferenceSession } from '../../nn/onnx/session'
import {
  readStudentOutputs,
  STUDENT_CLASSES,
  STUDENT_DEFECT,
  studentFeeds,
} from '../../nn/onnx/studentTensors'
import type { StudentAnswer } from '../../ports/studentRunner'
import type { StudentRequest } from './inferenceApi'

/** What people know the file as. */
export const STUDENT_FILE = 'model.onnx'

type OpenStudent = (onnx: Uint8Array) => Promise<InferenceSession>

export interface StudentSessions {
  run(request: StudentRequest, openSession: OpenStudent, signal: AbortSignal): Promise<StudentAnswer>
}

/** Keeps the session of the latest `modelKey`; another key releases it. Drafting many pictures opens a model once. */
export function createStudentSessions(): StudentSessions {
  let open: { readonly modelKey: string; readonly session: InferenceSession } | null = null

  async function sessionOf(
    { modelKey, onnx }: StudentRequest,
    openSession: OpenStudent,
  ): Promise<InferenceSession> {
    if (open !== null && open.modelKey !== modelKey) {
      const { session } = open
      open = null
      await session.release()
    }
    open ??= { modelKey, session: await openSession(onnx) }
    return open.session
  }

  return {
    run: async (request, openSession, signal) => {
      signal.throwIfAborted()
      const session = await sessionOf(request, openSession)
      signal.throwIfAborted()
      const { pixels } = request
      const feeds = studentFeeds(request.features, pixels)
      checkTensors(session, STUDENT_FILE, Object.keys(feeds), [STUDENT_CLASSES, STUDENT_DEFECT])
      const { classes, defect } = readStudentOutputs(await session.run(feeds), pixels)
      return { width: pixels.width, height: pixels.height, classes, defect }
    },
  }
}
