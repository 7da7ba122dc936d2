import type { StoreApi } from 'zustand/vanilla'
import type { Box, Point } from '../core/geometry'
import type { ImportIssue } from '../core/issues'
import type { Lane, Progress } from '../core/job'
import type { JsonObject } from '../core/json'
import type { Observable } from '../core/observable'
import type { ParamSpecs } from '../core/params'
import type { BinaryMask } from '../core/raster'
import type {
  AnnotationId,
  ClassId,
  ClickId,
  ImageId,
  ImageStatus,
  MaskId,
  ProjectId,
  RejectReason,
  RunId,
  Split,
} from '../domain/records'
import type { RecordsView } from '../domain/live'
import type { ReviewItem } from '../domain/reviewQueue'
import type { SortCounts } from '../domain/sortCounts'
import type { ExportReport } from '../formats/format'
import type { ModelForm } from '../formats/modelInfo'
import type { StudentDescriptor } from '../ml/trainingParams'
import type { Capabilities } from '../ports/capabilities'
import type { FeatureCacheState } from '../ports/featureExtractor'
import type { PickedFile } from '../ports/files'
import type { ModelEntry } from '../ports/modelLibrary'
import type { Damage, ProjectSummary, SaveState, StorageEstimate } from '../ports/projectStorage'
import type { EvaluationReport } from './evaluation'
import type { SessionState } from './sessionStore'
import type { TagActions } from './tagsFace'
import type { RunActions, TrainingActions } from './trainingFace'

/**
 * The application without a screen: what `ui` and the batch command call. Everything a person can do is an action
 * here; everything a screen shows is an observable here. `ui` imports no other layer but `core` and `domain`.
 */
export interface App {
  /** The open project, or null on the start screen. */
  readonly project: Observable<OpenedProject | null>
  /** Tool, selection, view, filters: per tab, never in the project. */
  readonly session: StoreApi<SessionState>
  readonly jobs: Jobs
  /** Messages for the person, newest last; the screen shows and dismisses them. */
  readonly notices: Observable<readonly Notice[]>
  readonly dismissNotice: (id: number) => void
  readonly capabilities: Observable<Capabilities | null>
  readonly catalogue: Catalogue
  readonly projects: ProjectActions
  readonly images: ImageActions
  readonly annotate: AnnotateActions
  readonly classes: ClassActions
  readonly propose: ProposeActions
  readonly models: ModelActions
  /** Masks from image labels; a project of boxes never asks for it. */
  loadTags(): Promise<TagActions>
  readonly training: TrainingActions
  readonly runs: RunActions
  readonly review: ReviewActions
  readonly evaluate: EvaluateActions
  readonly transfer: TransferActions
  readonly pictures: Pictures
}

export interface OpenedProject {
  readonly id: ProjectId
  readonly records: RecordsView
  /** Rises with every change; `useSyncExternalStore(project.subscribe, () => project.version())`. */
  version(): number
  subscribe(listener: () => void): () => void
  /** Called only when a record of this image, or of its masks and decisions, changed. */
  subscribeToImage(imageId: ImageId, listener: () => void): () => void
  /** Label of the step that undo (redo) would take back, or null. */
  readonly undoLabel: () => string | null
  readonly redoLabel: () => string | null
  undo(): void
  redo(): void
  readonly saveState: Observable<SaveState>
  readonly isReadOnly: () => boolean
  takeOver(): Promise<void>
  readonly damage: Damage | null
  /** Records that did not validate at load: kept aside, listed for the person. */
  readonly quarantined: readonly { readonly message: string; readonly record: unknown }[]
}

export interface Notice {
  readonly id: number
  readonly kind: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly message: string
  /** An error code for the help sentence, if there is one. */
  readonly code: string | null
}

export interface JobView {
  readonly id: number
  readonly title: string
  readonly lane: Lane
  readonly progress: Progress
  /** Estimated from the pace so far; null while unknown. */
  readonly secondsLeft: number | null
  readonly canCancel: boolean
}

export interface Jobs {
  readonly running: Observable<readonly JobView[]>
  cancel(id: number): void
}

export interface GeneratorEntry {
  readonly id: string
  readonly title: string
  readonly summary: string
  /** It asks a promptable segmenter: the project's model matters, and clicks refine its masks. */
  readonly usesModel: boolean
  readonly params: ParamSpecs
}

export interface ExporterEntry {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly params: ParamSpecs
}

export interface Catalogue {
  readonly generators: readonly GeneratorEntry[]
  readonly students: readonly StudentDescriptor[]
  readonly exporters: readonly ExporterEntry[]
  readonly trainingParams: ParamSpecs
}

export interface ProjectActions {
  list(): Promise<readonly ProjectSummary[]>
  /** Small JPEG for a summary's thumbnail hash, or null. */
  thumbnail(summary: ProjectSummary): Promise<Uint8Array<ArrayBuffer> | null>
  create(name: string): Promise<void>
  openSample(): Promise<void>
  open(id: ProjectId): Promise<void>
  close(): Promise<void>
  rename(name: string): void
  remove(id: ProjectId): Promise<void>
  /** Keeps a snapshot of the document as it is now (Ctrl+S); resolves when it is durable. */
  checkpoint(): Promise<void>
  /** One-file save: the project with its pictures. */
  saveFile(): Promise<void>
  openFile(file: PickedFile): Promise<readonly ImportIssue[]>
  pickProjectFile(): Promise<readonly ImportIssue[] | null>
  estimate(): Promise<StorageEstimate | null>
}

export interface AddImagesReport {
  readonly added: number
  readonly alreadyThere: number
  readonly issues: readonly ImportIssue[]
}

/**
 * One verdict on an image as a whole. `classId` null: "defective", and which class is clear: the one it has, the
 * project's only one, or a class "defect" that is made when there is none.
 */
export type SortVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'defective'; readonly classId: ClassId | null }

export interface SortProgress extends SortCounts {
  /** From the verdicts of this session, pauses over 5 s not counted; null before the third image. */
  readonly secondsPerImage: number | null
}

/** What a label file would do; nothing changes before `apply`. */
export interface LabelPreview {
  readonly fileName: string
  /** Images whose verdict it would change, of those that match. */
  readonly clean: number
  readonly defective: number
  readonly perClass: readonly { readonly name: string; readonly images: number; readonly isNew: boolean }[]
  /** Images that match and say the same already. */
  readonly unchanged: number
  /** Of those that change: had another verdict, which is replaced. */
  readonly replaced: number
  readonly unmatchedInProject: number
  readonly issues: readonly ImportIssue[]
  /** One undo step; returns how many images changed. */
  apply(): number
}

export interface ImageActions {
  /** Adds pictures to the open project as a job; unreadable files become issues, the rest goes on. */
  add(files: readonly PickedFile[]): Promise<AddImagesReport>
  pickFolder(): Promise<AddImagesReport | null>
  pickFiles(): Promise<AddImagesReport | null>
  remove(ids: readonly ImageId[]): void
  setStatus(ids: readonly ImageId[], status: ImageStatus): void
  setSplit(ids: readonly ImageId[], split: Split | null): void
  /** Adds or removes "this class is somewhere in the image". */
  toggleLabel(ids: readonly ImageId[], classId: ClassId): void
  /**
   * Says what the images are as wholes, replacing what was said before: one step. Returns those that were sorted. Left
   * as they are, with a notice: images with boxes or accepted masks that would be clean, and defective ones whose class
   * is not clear.
   */
  sort(ids: readonly ImageId[], verdict: SortVerdict): readonly ImageId[]
  /** Counts of all images, memoised per project version, and the pace. */
  sortProgress(): SortProgress
  /** Reads a label file, JSON `{file_name: [class, ...]}` or CSV `file,class`, and shows what it would do. */
  previewLabels(file: PickedFile): Promise<LabelPreview>
  pickLabels(): Promise<LabelPreview | null>
  /** Saves the verdicts of all sorted images as such a JSON file; returns how many images are in it. */
  saveLabels(): Promise<number>
  /** The images that pass the session's filter, in its order. Memoised per project version and filter. */
  visible(): readonly ImageId[]
  /** Moves the session to the next (+1) or previous (-1) visible image; `attention` skips finished ones. */
  step(by: 1 | -1, attention: boolean): void
  goTo(id: ImageId): void
}

export interface AnnotateActions {
  /** Returns the new box's id, or null when it was refused as a sliver (a notice says so). Starts its proposal. */
  addBox(imageId: ImageId, boxPx: Box, classId: ClassId): AnnotationId | null
  setBox(id: AnnotationId, boxPx: Box): void
  /**
   * Refines a box's mask: the point belongs to the defect, or does not. Starts a new proposal. Null when it was refused
   * (accepted mask, generator or model without clicks, too far away): a notice says so, and nothing changed.
   */
  addClick(id: AnnotationId, pointPx: Point, isPositive: boolean): Promise<ClickId | null>
  /** Takes a click back; the mask before it returns, or is proposed anew. */
  removeClick(id: ClickId): void
  nudge(ids: readonly AnnotationId[], delta: Point): void
  setClass(ids: readonly (AnnotationId | MaskId)[], classId: ClassId): void
  remove(ids: readonly (AnnotationId | MaskId)[]): void
  copy(ids: readonly AnnotationId[]): void
  paste(imageId: ImageId): readonly AnnotationId[]
  copyFromPrevious(imageId: ImageId): readonly AnnotationId[]
  /** Box := tight box of its current mask. */
  tighten(ids: readonly AnnotationId[]): void
  addIgnoreRegion(imageId: ImageId, patch: BinaryMask, boundsPx: Box): Promise<MaskId>
  /** Stores a painted mask; `parentId` names the mask it replaces, null starts a new one. */
  savePainted(input: {
    imageId: ImageId
    classId: ClassId
    parentId: MaskId | null
    annotationId: AnnotationId | null
    patch: BinaryMask
    boundsPx: Box
    tool: 'brush' | 'eraser'
  }): Promise<MaskId>
  /** Marks the image: done with defects when it has marks, else confirmed clean; then steps on. */
  markDoneAndStep(imageId: ImageId): void
}

export interface ClassActions {
  add(name: string): ClassId
  rename(id: ClassId, name: string): void
  recolour(id: ClassId, color: string): void
  /** Everything of `from` becomes `into`; `from` goes. One step. */
  merge(from: ClassId, into: ClassId): void
  counts(id: ClassId): { readonly boxes: number; readonly masks: number; readonly labels: number }
  /** Removes the class with its boxes, masks and labels. One step. */
  remove(id: ClassId): void
  move(id: ClassId, by: 1 | -1): void
}

export interface ProposeActions {
  /** Runs the chosen generator on one box at once (interactive lane). */
  box(id: AnnotationId): Promise<MaskId | null>
  /** All boxes without a current mask as a cancellable job; `redo` also replaces unreviewed proposals. */
  all(options: { redo: boolean }): Promise<{ done: number; unresolved: number; failed: number }>
  chooseGenerator(id: string, params: JsonObject): void
  current(): { readonly id: string; readonly params: JsonObject }
  /** Box ids whose proposal is being computed now. */
  readonly pending: Observable<ReadonlySet<AnnotationId>>
  /** Why a click could not be used with the chosen generator and model, with the remedy; null when it can. */
  clickObstacle(isPositive: boolean): Promise<string | null>
  /** True when the mask that stands for the box was made for the box and clicks as they are. */
  isUpToDate(id: AnnotationId): boolean
  /** The candidates for the box's undecided mask, as far as they are in memory (not after a reload). */
  candidates(id: AnnotationId): CandidateView | null
  /** Shows the next or previous candidate as the box's pending mask. */
  cycle(id: AnnotationId, by: 1 | -1): Promise<void>
  readonly drawingStyle: {
    view(classId: ClassId): DrawingStyleView
    /** Switches drawing styles for the project; undecided masks follow as a job. */
    setOn(isOn: boolean): void
    /** Rises when a style was learned or forgotten. */
    readonly learned: Observable<number>
  }
}

export interface CandidateView {
  /** What makes each one different, best first. */
  readonly labels: readonly string[]
  /** Which one is shown. */
  readonly at: number
}

/** How a class is drawn: like the person's accepted masks, or as the generator does. */
export interface DrawingStyleView {
  readonly isOn: boolean
  /** Accepted masks of the class that teach, at most 10; a style needs 3. */
  readonly masks: number
  /** How many masks taught the style in force; null when there is none to apply. */
  readonly fromMasks: number | null
}

/** What is being done with a model now. */
export interface ModelWork {
  readonly kind: 'downloading' | 'adding' | 'verifying' | 'deleting'
  readonly progress: Progress
  /** Null while unknown. */
  readonly secondsLeft: number | null
}

export interface ModelActions {
  /** The embedded model first; empty until the first `refresh`. */
  readonly entries: Observable<readonly ModelEntry[]>
  /** Address that is asked instead of the catalogue's host, or null. */
  readonly mirror: Observable<string | null>
  /** By model id; `files` while files are being added. */
  readonly working: Observable<ReadonlyMap<string, ModelWork>>
  /** Id of the model that proposes masks in the open project. */
  inUse(): string
  /** Reads what is on this computer; fetches nothing. */
  refresh(): Promise<void>
  /** The only action that reaches another host. Goes on where a cancelled download stopped. */
  download(id: string): Promise<void>
  /** Ends what `working` shows for the id. */
  cancel(id: string): void
  /** Encoder and decoder of one model, or one backbone, with their weights; null when refused (a notice says why) or cancelled. */
  addFiles(files: readonly PickedFile[]): Promise<ModelEntry | null>
  pickFiles(): Promise<ModelEntry | null>
  /** Reads every byte again; null when it was cancelled or failed. */
  verify(id: string): Promise<ModelEntry | null>
  remove(id: string): Promise<void>
  /** From now on boxes of the open project ask this model. */
  use(id: string): void
  /** Throws `usage/invalid-parameter` for what is no address. */
  setMirror(address: string | null): void
  /** Features that are kept so that pictures are looked at once. */
  readonly featureCache: {
    state(): Promise<FeatureCacheState>
    /** What is kept beyond it goes at once, what was not used for the longest time first. */
    setLimit(limitBytes: number): Promise<void>
    clear(): Promise<void>
  }
}

export interface ReviewActions {
  /** Most useful first; memoised per project version. */
  queue(): readonly ReviewItem[]
  accept(item: ReviewItem): void
  reject(item: ReviewItem, reason: RejectReason, note: string | null): void
  unsure(item: ReviewItem): void
  /** A person's pixels replace the item's mask: a new accepted mask with a `replaced` decision on the old one. */
  fix(item: ReviewItem, patch: BinaryMask, boundsPx: Box, tool: 'brush' | 'eraser'): Promise<void>
  acceptAll(items: readonly ReviewItem[]): void
  progress(): ReviewProgress
}

export interface ReviewProgress {
  readonly accepted: number
  readonly fixed: number
  readonly rejected: number
  readonly unsure: number
  readonly left: number
  /** From the decisions of this session, pauses over 5 s not counted; null before the third. */
  readonly secondsPerMask: number | null
}

export interface EvaluateActions {
  /** Compares a run's predictions (or the current masks, `runId` null) with reviewed masks or the sample's truth. */
  run(options: {
    runId: RunId | null
    against: 'reviewed' | 'truth'
    split: Split | 'all'
  }): Promise<EvaluationReport>
  /** What can be compared with what, with counts, for the form. */
  options(): {
    readonly hasTruth: boolean
    readonly reviewedImages: number
    readonly runs: readonly { readonly id: RunId; readonly name: string }[]
  }
}

export interface ImportPreview {
  readonly fileName: string
  readonly matchedImages: number
  readonly unmatchedInFile: readonly string[]
  readonly unmatchedInProject: number
  readonly perClass: readonly {
    readonly name: string
    readonly boxes: number
    readonly masks: number
    readonly isNew: boolean
  }[]
  readonly issues: readonly ImportIssue[]
  readonly existingMarksOnMatched: number
  /** `replace` removes the existing marks of matched images. One undo step either way. */
  apply(mode: 'add' | 'replace'): Promise<{ readonly boxes: number; readonly masks: number }>
}

export interface TransferActions {
  pickAnnotations(): Promise<ImportPreview | null>
  previewAnnotations(file: PickedFile): Promise<ImportPreview>
  /** Writes, decodes its own file with a second decoder, and only then offers the download. */
  export(
    exporterId: string,
    params: JsonObject,
    options: { includeUnreviewed: boolean; includeUnseen: boolean },
  ): Promise<ExportReport>
  /** The last export's files, to save: called by the button of the report. */
  save(): Promise<void>
  /** `model.onnx` and `model.json` of a run: its head, or the whole network with the backbone inside. */
  saveModel(runId: RunId, form: ModelForm): Promise<void>
}

export interface MaskPatch {
  readonly boundsPx: Box
  readonly mask: BinaryMask
}

export interface Pictures {
  /** Original bytes with their type, for an `<img>` or `createImageBitmap` (EXIF rotation: 'from-image'). */
  bytes(imageId: ImageId): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mimeType: string }>
  /** JPEG, cached. */
  thumbnail(imageId: ImageId): Promise<Uint8Array<ArrayBuffer>>
  /** Decoded patch of a mask, from a cache; null until `loadMask` has brought it. */
  patch(maskId: MaskId): MaskPatch | null
  loadMask(maskId: MaskId): Promise<MaskPatch>
}

/** What screens name in their props; they may not reach for the layers that define these. */
export type {
  Capabilities,
  Damage,
  ExportReport,
  FeatureCacheState,
  ModelEntry,
  ModelForm,
  PickedFile,
  ProjectSummary,
  SaveState,
  StudentDescriptor,
}
