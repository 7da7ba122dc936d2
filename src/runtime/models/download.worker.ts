import { serve } from '../rpc'
import { createDownloader } from './downloader'

/**
 * The only script of the application that may reach other hosts (decision 0009): its response carries a content policy
 * of its own. It knows pinned files and their hashes, and sends nothing but the requests for them.
 */
serve(createDownloader())
