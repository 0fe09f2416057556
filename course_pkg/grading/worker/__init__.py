"""What runs on the other side of the process border: it meets submitted code, and holds no answers.

This folder is loaded by its path, as a package called `worker`, in a Python that never imports
`course_pkg`; hence the relative imports, and nothing here but the standard library and numpy.
"""
