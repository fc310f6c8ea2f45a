// The worker for the usual group.

import { ED25519 } from "./ed25519.js";
import { serve } from "./serve.js";

serve(ED25519);
