"""The page's questions about time: the picture at an instant, marks, branches and how two of them differ."""
