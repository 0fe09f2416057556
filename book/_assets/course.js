// What the stock theme leaves to be mended on every page. Nothing here is needed to read.
(() => {
  "use strict";

  // From a file: address a page may not fetch its neighbours; the search shows titles only.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  const say = (element, name) => element && element.setAttribute("aria-label", name);

  function nameControls() {
    // A control's name has to contain the words it shows (WCAG 2.5.3).
    for (const button of document.querySelectorAll(".search-button-field, .search-button")) {
      const shown = button.innerText.replace(/\s+/g, " ").trim();
      say(button, shown ? `${shown} (open the search)` : "Search");
    }
    for (const button of document.querySelectorAll(".theme-switch-button")) {
      const svg = button.querySelectorAll("svg, i, .theme-switch");
      svg.forEach((picture) => picture.setAttribute("aria-hidden", "true"));
      say(button, "Change between light and dark");
    }
  }

  function nameFolds() {
    for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
      const page = summary.closest("li")?.querySelector("a")?.textContent.trim() ?? "this part";
      say(summary, `Pages below ${page}`);
    }
    // A signature over several lines is marked up as a list of definitions; it is none.
    for (const list of document.querySelectorAll("dt.sig dl, dt.sig dd")) {
      const box = document.createElement("span");
      box.className = list.tagName === "DL" ? "sig-lines" : "sig-line";
      box.append(...list.childNodes);
      list.replaceWith(box);
    }
  }

  function nameLists() {
    for (const entry of document.querySelectorAll(".citation-list > .citation")) {
      entry.setAttribute("role", "listitem");
    }
  }

  function nameRegions() {
    // Everything on a page belongs to a landmark; the theme leaves a few parts outside.
    const landmarks = [
      [".search-button__wrapper", "search", "Search"],
      ["#pst-skip-link", null, null],
      [".bd-sidebar-primary", "navigation", "The book"],
      [".bd-sidebar-secondary", "complementary", "On this page"],
      [".bd-header-article", "region", "Page tools"],
    ];
    for (const [where, role, name] of landmarks) {
      for (const element of document.querySelectorAll(where)) {
        if (role) element.setAttribute("role", role);
        if (name) say(element, name);
      }
    }
  }

  function letWideThingsScroll() {
    // A table or formula wider than a phone scrolls inside its own box, by keyboard too.
    const wide = ".bd-article table.table, .bd-article table.dataframe";
    for (const table of document.querySelectorAll(wide)) {
      if (table.closest(".wide, .cell_output .widget")) continue;
      const box = document.createElement("div");
      box.className = "wide";
      table.replaceWith(box);
      box.append(table);
    }
    const boxes = ".wide, .bd-article pre, .bd-article div.math, div.math > mjx-container";
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameControls();
    nameFolds();
    nameLists();
    nameRegions();
    letWideThingsScroll();
  });
  window.addEventListener("resize", letWideThingsScroll);
  window.addEventListener("load", () => {
    letWideThingsScroll();
    window.MathJax?.startup?.promise?.then(letWideThingsScroll);
  });
})();
