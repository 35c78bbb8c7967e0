"""The page's questions about the scheduler: traces now and then, what if, would it fit, what it waits for."""
