// The worker for BELENIOS-2048, loaded only where such a ballot is held.

import { BELENIOS_2048 } from "./belenios2048.js";
import { serve } from "./serve.js";

serve(BELENIOS_2048);
