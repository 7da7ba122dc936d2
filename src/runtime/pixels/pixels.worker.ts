import { serve } from '../rpc'
import { createPixelService } from './pixelService'

serve(createPixelService())
