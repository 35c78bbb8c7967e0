"""The page's questions about the log: its lines, filtered, and the chain of causes behind any of them."""
