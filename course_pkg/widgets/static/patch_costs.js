// What it costs to label a picture patch by patch, and in one dense pass. The network: unpadded
// 3 × 3 layers until a patch is one cell, then a 1 × 1 layer to class scores.

const UNITS = [[1e15, "quadrillion"], [1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];

const roundHalfUp = (value, digits) => Math.floor(value * 10 ** digits + 0.5) / 10 ** digits;

/** A count as one says it: three digits and a word, or all digits below a million. */
function amount(value) {
  const found = UNITS.find(([unit]) => value >= unit);
  if (found) {
    const scaled = value / found[0];
    const digits = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
    return `${roundHalfUp(scaled, digits).toFixed(digits)} ${found[1]}`;
  }
  if (value < 100) return String(Number(roundHalfUp(value, value < 10 ? 2 : 1).toFixed(2)));
  return String(roundHalfUp(value, 0)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Multiplications of the unpadded network on a square of `size` pixels. */
function chainCost(size, patch, channels, classes) {
  let total = 0;
  let input = 3;
  for (let layer = 1; layer <= (patch - 1) / 2; layer += 1) {
    total += (size - 2 * layer) ** 2 * 9 * input * channels;
    input = channels;
  }
  return total + (size - patch + 1) ** 2 * input * classes;
}

function patchCosts({ image_size: image, patch_size: patch, step, channels }, classes) {
  const side = Math.floor((image - 1) / step) + 1;
  const region = (side - 1) * step + patch;
  const onePass = chainCost(patch, patch, channels, classes);
  return { side, passes: side ** 2, region, one_pass: onePass, loop: side ** 2 * onePass, dense: chainCost(region, patch, channels, classes) };
}

/** How many patches read each pixel along an axis, the mirrored border included. */
function timesRead({ image_size: image, patch_size: patch, step }) {
  const side = Math.floor((image - 1) / step) + 1;
  const counts = new Array((side - 1) * step + patch).fill(0);
  for (let at = 0; at < side; at += 1) for (let t = 0; t < patch; t += 1) counts[at * step + t] += 1;
  return counts;
}

/** Why a picture cannot be cut into such patches: `{ message, keys }`, or null. */
function patchCostProblem({ image_size: image, patch_size: patch }) {
  if (patch % 2 === 0) {
    const message = `Patch size ${patch} is even: use an odd one, so that a patch has a middle pixel.`;
    return { message, keys: ["patch_size"] };
  }
  const reach = (patch - 1) / 2;
  if (reach < image) return null;
  const message = `A picture of ${image} pixels cannot be mirrored by ${reach}: use a smaller patch or a larger picture.`;
  return { message, keys: ["patch_size", "image_size"] };
}

export { amount, patchCostProblem, patchCosts, timesRead };
