"""Stays empty: the models are proxies made from the registry of kinds, so a new kind is no migration.

The package must be there all the same: Django cannot build proxies of an application without migrations while the table
that they stand for is still to be made.
"""
