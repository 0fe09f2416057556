// The editor: highlighting, indents, brackets, and a way out by keyboard.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
} from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta"]);

// Tab indents; after Escape it moves on, until another key is pressed (WCAG 2.1.2).
const wayOut = EditorView.domEventHandlers({
  keydown(event, view) {
    if (event.key === "Escape") view.setTabFocusMode(true);
    else if (event.key !== "Tab" && !MODIFIERS.has(event.key)) view.setTabFocusMode(false);
  },
  blur: (_, view) => view.setTabFocusMode(false),
});

const look = [lineNumbers(), syntaxHighlighting(classHighlighter), python()];

// keys: [{key, run}] of our own; label and describedBy are for screen readers.
export function makeEditor(parent, { text, label, describedBy, keys, onChange }) {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        look,
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        wayOut,
        keymap.of([
          ...keys,
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": label,
          tabindex: "0", // it is in the order of Tab anyway; this says so to checkers
          ...(describedBy ? { "aria-describedby": describedBy } : {}),
        }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update)),
      ],
    }),
  });
  return {
    view,
    get text() {
      return view.state.doc.toString();
    },
    // One step for undo, whatever changes.
    replace(other) {
      if (other === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: other } });
    },
  };
}

export function showCode(parent, text, label) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        look,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-readonly": "true",
          tabindex: "0",
        }),
      ],
    }),
  });
}
