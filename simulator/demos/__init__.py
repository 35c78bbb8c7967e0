"""The instructor's demos: data that says what to do, look at and ask. Steps wait on the model's state."""
