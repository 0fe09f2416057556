"""The lecture shows the package's own code: exactly it, and without its docstrings."""

import ast
import inspect

import pytest

from course_pkg import ops, viz
from course_pkg.viz.source import source_text


def test_the_code_shown_is_the_code_that_runs():
    shown = ast.parse(source_text(ops.max_unpool))
    real = ast.parse(inspect.getsource(inspect.unwrap(ops.max_unpool)))
    assert ast.get_docstring(real.body[0])
    del real.body[0].body[0]  # the docstring
    assert ast.dump(shown) == ast.dump(real)


def test_comments_stay_and_docstrings_go():
    class Sample:
        """Gone."""

        def method(self):
            """Gone too,

            with its second paragraph.
            """
            # why: stays
            return "a string that is no docstring"

    text = source_text(Sample)
    assert "Gone" not in text
    assert "second paragraph" not in text
    assert "# why: stays" in text
    assert "a string that is no docstring" in text
    assert "Gone too" in source_text(Sample, doc=True)


def test_a_function_that_is_only_a_docstring_keeps_it():
    def empty():
        """All there is."""

    assert "All there is" in source_text(empty)


def test_several_objects_come_in_one_block():
    block = viz.show_source(ops.bed_of_nails, ops.subsample).data
    assert block.startswith("```python\ndef bed_of_nails")
    assert block.count("```") == 2
    assert "def subsample" in block


def test_what_has_no_python_source_is_named():
    with pytest.raises(ValueError, match=r"print.*has no Python source"):
        viz.show_source(print)
