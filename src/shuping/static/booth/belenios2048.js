// BELENIOS-2048: the numbers of order q modulo a 2048-bit prime, with native BigInt, for records that belenios-tool 2.0
// can check.

import { GroupError } from "./group.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */

const P = BigInt(
  "20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129066633" +
    "13807895840496005438963628979639303877390572280360597374942767137677761889858987273586504908116709931053586778" +
    "09800307904916540637771737641986785272734744763418356000356983051931442845617019110007867373073335641239717328" +
    "97913240474578834468260652327974647951137672658693582180046317922073668860052627186363386088796882120769432366" +
    "14949100292344434637322214588410058642105024212036543356120132048111885240873107701415166620016231317716937218" +
    "9248078507711827842317498073276598828825169183103125680162072880719",
);
const G = BigInt(
  "24023526775018522092276877035323999327122876573783649165100753187876632741463532193202856761552696787996946682" +
    "98749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846139864532661" +
    "21505579709716201616827031288643245666383486363578210615491841998253431518974065818686865115135857641013888221" +
    "53960160432288436039309893336627728484065931384060102316750957637779826651036068224066350766977640253462537730" +
    "85133173495194248967754052573659049492477631475991575198775177711481490920456600205478127054728238140972518639" +
    "858334115700568353695553423781475582491896050296680037745308460627",
);
const Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;

/** @param {bigint} base @param {bigint} exponent @returns {bigint} base ** exponent modulo P, four bits at a time */
function power(base, exponent) {
  const row = [1n];
  for (let i = 1; i < 16; i++) row.push((row[i - 1] * base) % P);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % P;
    result = (result * row[parseInt(digit, 16)]) % P;
  }
  return result;
}

/** @param {string} text @returns {bigint} */
function decodeResidue(text) {
  if (!/^[1-9][0-9]{0,616}$/.test(text)) throw new GroupError("An element of BELENIOS-2048 is a decimal number.");
  const value = BigInt(text);
  if (value >= P || value === 1n || power(value, Q) !== 1n) {
    throw new GroupError(`Not an element of BELENIOS-2048: ${text.slice(0, 20)}…`);
  }
  return value;
}

/**
 * Thirty-two rows of 256 powers: an exponentiation is then 31 multiplications. BigInt is not constant time; what that
 * could tell is told only to a program on the same phone.
 * @param {bigint} base @returns {(scalar: bigint) => bigint}
 */
function residueTable(base) {
  const rows = /** @type {bigint[][]} */ ([]);
  for (let i = 0, step = base; i < 32; i++) {
    const row = [1n];
    for (let j = 1; j < 256; j++) row.push((row[j - 1] * step) % P);
    rows.push(row);
    step = (row[255] * step) % P;
  }
  return (scalar) => {
    const digits = (scalar % Q).toString(16).padStart(64, "0");
    let result = 1n;
    for (let i = 0; i < 32; i++) result = (result * rows[31 - i][parseInt(digits.slice(2 * i, 2 * i + 2), 16)]) % P;
    return result;
  };
}

/** @type {Group} */
export const BELENIOS_2048 = {
  name: "BELENIOS-2048",
  order: Q,
  generator: G,
  decode: decodeResidue,
  encode: String,
  encodeAll: (values) => values.map(String),
  add: (/** @type {bigint} */ a, /** @type {bigint} */ b) => (a * b) % P,
  equal: (a, b) => a === b,
  mul: (value, scalar) => power(value, scalar % Q),
  fixedBase: residueTable,
};
