// Grey photographs: unpacked from what the page holds, and painted.

/** The rows of a packed photograph, 0 … 255. */
function unpackPhoto(photo) {
  const bytes = Uint8Array.from(atob(photo.pixels), (character) => character.charCodeAt(0));
  return range(photo.height).map((r) => Array.from(bytes.subarray(r * photo.width, (r + 1) * photo.width)));
}

/** Grey levels into a canvas, one canvas pixel each; what lies beyond 0 … 255 is cut off. */
function paintGrey(canvas, rows) {
  const [height, width] = [rows.length, rows[0].length];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  rows.forEach((row, r) => row.forEach((value, c) => {
    const level = Math.max(0, Math.min(255, Math.round(value)));
    pixels[r * width + c] = 0xff000000 | (level << 16) | (level << 8) | level;
  }));
  context.putImageData(image, 0, 0);
}
