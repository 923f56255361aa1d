/** Arrays by name that start as zeros, such as an optimiser's velocities. */
export function memoryOf(): (name: string, length: number) => Float32Array {
  const arrays = new Map<string, Float32Array>();
  return (name, length) => {
    let array = arrays.get(name);
    if (array === undefined) {
      array = new Float32Array(length);
      arrays.set(name, array);
    }
    return array;
  };
}
