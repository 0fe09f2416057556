// Frames: pictures drawn ahead of time, one for every combination of settings.

/** The place of a combination in the list of pictures; the last setting changes fastest. */
const frameIndex = (settings, chosen) => settings.reduce((index, { values }, at) => index * values.length + chosen[at], 0);

function render({ model, el }) {
  const settings = model.get("settings");
  const frames = model.get("frames");
  const image = h("img", { class: "frame", "data-role": "frame" });
  const fields = settings.map(({ label, values }, at) =>
    selectField(label, values, (index) => {
      model.set("chosen", model.get("chosen").map((old, other) => (other === at ? index : old)));
      model.save_changes();
      draw();
    }),
  );

  function draw() {
    const chosen = model.get("chosen");
    fields.forEach(({ select }, at) => (select.value = chosen[at]));
    const { src, alt } = frames[frameIndex(settings, chosen)];
    if (image.alt !== alt || image.src !== src) Object.assign(image, { src, alt });
  }

  const release = mount(el, model.get("title"), h("div", { class: "fields" }, ...fields.map(({ element }) => element)), h("div", { class: "bar" }, image));
  model.on("change:chosen", draw);
  draw();
  return () => {
    model.off("change:chosen", draw);
    release();
  };
}

defineElement("course-frames", render);

export { frameIndex };
export default { render };
