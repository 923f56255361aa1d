// Rational approximations to erf and erfc: W. J. Cody, "Rational Chebyshev approximations for the error function",
// Mathematics of Computation 23 (1969), tables as in his CALERF. Numerators and denominators from the highest power.
const CDF_CENTRE_NUMERATOR = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
];
const CDF_CENTRE_DENOMINATOR = [
  1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171,
];
const CDF_MIDDLE_NUMERATOR = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
  881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const CDF_MIDDLE_DENOMINATOR = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const CDF_TAIL_NUMERATOR = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const CDF_TAIL_DENOMINATOR = [
  1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];
const INVERSE_ROOT_PI = 1 / Math.sqrt(Math.PI);

// M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988),
// PPND16: near the median, then two stretches of the tail. From the highest power.
const QUANTILE_CENTRE_NUMERATOR = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const QUANTILE_CENTRE_DENOMINATOR = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const QUANTILE_MIDDLE_NUMERATOR = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const QUANTILE_MIDDLE_DENOMINATOR = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const QUANTILE_TAIL_NUMERATOR = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const QUANTILE_TAIL_DENOMINATOR = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

/** Chance that a standard normal variable is `z` or less; relative accuracy of some 1e-15 in both tails. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (x <= 0.46875) {
    const square = x * x;
    const half = polynomial(CDF_CENTRE_NUMERATOR, square) / polynomial(CDF_CENTRE_DENOMINATOR, square) / 2;
    return 0.5 + Math.sign(z) * x * half;
  }
  const tail = upperTail(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

/** Chance of a value above z, for z above 0.67: erfc(z / √2) / 2. */
function upperTail(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 0;
  // exp(-z²/2) in two factors, the first of an exactly representable square, so that rounding z² costs nothing.
  const coarse = Math.trunc(z * 16) / 16;
  const half = Math.exp((-coarse * coarse) / 2) * Math.exp((-(z - coarse) * (z + coarse)) / 2) * 0.5;
  const x = z / Math.SQRT2;
  if (x <= 4) return (half * polynomial(CDF_MIDDLE_NUMERATOR, x)) / polynomial(CDF_MIDDLE_DENOMINATOR, x);
  const inverse = 1 / (x * x);
  const series =
    (inverse * polynomial(CDF_TAIL_NUMERATOR, inverse)) / polynomial(CDF_TAIL_DENOMINATOR, inverse);
  return (half * (INVERSE_ROOT_PI - series)) / x;
}

/** Value that a standard normal variable stays below with this chance, in [0, 1]; the inverse of normalCdf. */
export function normalQuantile(probability: number): number {
  const offset = probability - 0.5;
  if (Math.abs(offset) <= 0.425) {
    const r = 0.180625 - offset * offset;
    return (offset * polynomial(QUANTILE_CENTRE_NUMERATOR, r)) / polynomial(QUANTILE_CENTRE_DENOMINATOR, r);
  }
  const tail = offset < 0 ? probability : 1 - probability;
  if (tail === 0) return offset < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-Math.log(tail));
  const size =
    root <= 5
      ? polynomial(QUANTILE_MIDDLE_NUMERATOR, root - 1.6) /
        polynomial(QUANTILE_MIDDLE_DENOMINATOR, root - 1.6)
      : polynomial(QUANTILE_TAIL_NUMERATOR, root - 5) / polynomial(QUANTILE_TAIL_DENOMINATOR, root - 5);
  return offset < 0 ? -size : size;
}

/** Value at x of the polynomial with these coefficients, from the highest power (Horner). */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}
