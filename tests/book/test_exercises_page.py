"""The page of exercises: every one of the package, once, under its chapter."""

from types import SimpleNamespace

import course_exercises
from docutils import nodes

from course_pkg.checkers import exercises_of


def tables(source):
    directive = course_exercises.Exercises.__new__(course_exercises.Exercises)
    directive.state = SimpleNamespace(
        document=SimpleNamespace(settings=SimpleNamespace(env=SimpleNamespace(srcdir=source)))
    )
    return directive.run()


def test_every_exercise_is_listed_once_with_its_points(tmp_path):
    made = tables(tmp_path)
    rows = [row for part in made for row in part.findall(nodes.row)]
    found = [tuple(cell.astext() for cell in row.children) for row in rows]
    listed = [row for row in found if row[0] != "Exercise"]
    assert listed == [(t.id, t.title, str(t.points), t.needs or "numpy") for t in exercises_of()]
    assert made[0].astext().startswith(f"{len(listed)} exercises, worth ")


def test_chapters_that_exist_are_linked(tmp_path):
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures" / "04_upsampling_family.ipynb").write_text("{}")
    links = [n for part in tables(tmp_path) for n in part.findall(nodes.reference)]
    assert [(n.astext(), n["refuri"]) for n in links] == [
        ("Chapter 4", "../lectures/04_upsampling_family.html")
    ]
