// Load packs: files that come as text in small scripts, since a page from a disk may load no others.
// What came once is kept compressed, so that Python can start again after Stop without a network.

const pieces = new Map(); // "name/number" -> text, until the pack is whole
const loading = new Map(); // name -> promise of a compressed blob

globalThis.coursePack = (name, number, text) => pieces.set(`${name}/${number}`, text);

function loadScript(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done(script.remove());
    script.onerror = () => {
      script.remove();
      failed(new Error("A part of Python did not arrive. Press again to go on from there."));
    };
    document.head.append(script);
  });
}

async function fetchPack(folder, name, { scripts, bytes }, tell) {
  const blobs = [];
  for (const [number, script] of scripts.entries()) {
    const key = `${name}/${number}`;
    tell((number / scripts.length) * bytes, bytes);
    if (!pieces.has(key)) await loadScript(folder + script);
    if (!pieces.has(key)) throw new Error(`${script} is not a part of this book's Python.`);
    const data = await fetch(`data:application/octet-stream;base64,${pieces.get(key)}`);
    blobs.push(await data.blob());
  }
  scripts.forEach((_, number) => pieces.delete(`${name}/${number}`));
  tell(bytes, bytes);
  return new Blob(blobs);
}

// A promise of a pack, still compressed; `tell` hears how many bytes of how many have come.
export function loadPack(folder, name, about, tell) {
  if (!loading.has(name)) {
    const promise = fetchPack(folder, name, about, tell);
    promise.catch(() => loading.delete(name)); // the next press tries again
    loading.set(name, promise);
  }
  return loading.get(name);
}

// The files of a pack, each in a buffer of its own.
export async function unpack(blob) {
  const stream = blob.stream().pipeThrough(new DecompressionStream("gzip"));
  const body = await new Response(stream).arrayBuffer();
  const size = new DataView(body).getUint32(0, true);
  let start = 4 + size;
  const files = {};
  for (const [name, length] of JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, size)))) {
    files[name] = body.slice(start, (start += length));
  }
  return files;
}
