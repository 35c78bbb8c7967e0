"""A kubectl in the page: command lines become the same requests that kubectl sends, and their answers its output."""
