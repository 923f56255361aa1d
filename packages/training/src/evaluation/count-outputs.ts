/** Keras' backend epsilon: probabilities are kept this far from 0 and 1 in a loss. */
const EPSILON = 1e-7;

/** Probability from which on binary accuracy counts an output as positive (Keras' default: above it). */
const ACCURACY_THRESHOLD = 0.5;

/** How many of the outputs name the right class: above 0.5 for one unit, else the largest. */
export function countCorrect(outputs: Float32Array, labels: ArrayLike<number>, units: number): number {
  let correct = 0;
  for (let row = 0; row < labels.length; row++) {
    let predicted = 0;
    if (units === 1) predicted = outputs[row]! > ACCURACY_THRESHOLD ? 1 : 0;
    else {
      for (let unit = 1; unit < units; unit++) {
        if (outputs[row * units + unit]! > outputs[row * units + predicted]!) predicted = unit;
      }
    }
    if (predicted === labels[row]) correct++;
  }
  return correct;
}

/** Sum over images of Keras' cross-entropy of outputs that are probabilities: binary for one unit, else categorical. */
export function sumCrossentropy(outputs: Float32Array, labels: ArrayLike<number>, units: number): number {
  const log = (p: number): number => Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (units === 1) sum -= label === 1 ? log(outputs[row]!) : log(1 - outputs[row]!);
    else sum -= log(outputs[row * units + label]!);
  }
  return sum;
}
