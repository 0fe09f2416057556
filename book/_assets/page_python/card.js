// The checkers' card, drawn from its rows. Nothing of it is ever read as HTML.

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// A sentence in which `this` is code.
function sentence(text) {
  const row = element("p", "pp-row");
  text.split(/`([^`\n]+)`/).forEach((part, index) => {
    row.append(index % 2 ? element("code", "", part) : part);
  });
  return row;
}

function labelled(label, text) {
  const row = element("div", "pp-row pp-labelled");
  row.append(element("span", "pp-label", label));
  const value = element("pre", "pp-value", text);
  value.tabIndex = 0;
  value.setAttribute("role", "group");
  value.setAttribute("aria-label", label);
  row.append(value);
  return row;
}

export function drawCard({ subject, heading, rows, tone }) {
  const card = element("div", `pp-card pp-${tone}`);
  card.setAttribute("role", "group");
  card.setAttribute("aria-label", `${subject}: ${heading}`);
  const title = element("p", "pp-title");
  title.append(element("span", "pp-subject", subject), ": ", element("strong", "", heading));
  card.append(title);
  for (const [label, text] of rows) card.append(label ? labelled(label, text) : sentence(text));
  return card;
}

export function drawPicture({ png, alt }) {
  const picture = element("img", "pp-picture");
  picture.src = `data:image/png;base64,${png}`;
  picture.alt = alt;
  return picture;
}
