"""How kubectl writes: tables, YAML, JSON, JSONPath, columns of one's own."""
