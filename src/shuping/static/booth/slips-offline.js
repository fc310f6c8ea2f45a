// The slip maker as one file that needs no site and can send nothing.

import { place } from "./offline.js";
import { SlipsPage } from "./slips-page.js";

new SlipsPage(place("slip-maker")).begin();
