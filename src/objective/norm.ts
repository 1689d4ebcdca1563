/** The Euclidean norm, by a plain loop: closures over a million numbers cost more than the product they serve. */
export function norm(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}
