// A chapter's exercises as a notebook, with the reader's answers in them, ready to be handed in.

const markdown = (id, source) => ({ cell_type: "markdown", id, metadata: {}, source });
const code = (id, source, tags) => ({
  cell_type: "code",
  execution_count: null,
  id,
  metadata: tags ? { tags } : {},
  outputs: [],
  source,
});

// What stands in a notebook's cell: the answer, and the question at its end.
export function cellText(task, answer) {
  const text = (answer ?? task.code).trimEnd();
  const question = `exercise("${task.id}").check(${task.name})`;
  return text.includes(`exercise("${task.id}").check(`) ? text : `${text}\n\n\n${question}`;
}

// chapter: {title, setup, slug}; tasks in their order; answers by id.
export function notebook(chapter, tasks, answers) {
  const cells = [
    markdown("title", `# ${chapter.title}: exercises`),
    code("setup", chapter.setup, ["setup"]),
    code("checkers", "from course_pkg.checkers import exercise"),
  ];
  for (const task of tasks) {
    const id = task.id.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 60);
    cells.push(markdown(`${id}-q`, `## ${task.title}\n\n${task.statement}`));
    cells.push(code(id, cellText(task, answers[task.id]?.code), ["exercise"]));
  }
  const kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
  const metadata = { kernelspec, language_info: { name: "python" } };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1) + "\n";
}
