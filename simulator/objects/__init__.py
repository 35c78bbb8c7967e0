"""A model and an admin page per kind. An app of its own, without migrations: a new kind adds no table."""
